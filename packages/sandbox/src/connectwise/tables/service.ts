import { BILLING, entity, type Entity } from '../entity.ts';

/** Boards, tickets, their notes and time. */
export const SERVICE_TABLES: Entity[] = [
  entity('board', {
    path: 'service/boards',
    typeName: 'Board',
    resource: 'board',
    label: 'Service Board',
    table:
      'name!:string(50) location!:@ department!:@ inactiveFlag:bool projectFlag:bool billTime:Billable|DoNotBill|NoCharge|NoDefault percentageCalculation:string serviceManagerMember:@member',
  }),
  entity('boardStatus', {
    path: 'service/boards/:id/statuses',
    typeName: 'BoardStatus',
    resource: 'boardStatus',
    label: 'Service Status',
    parent: { entity: 'board', field: 'board' },
    table: `name!:string(50) board~:@board sortOrder:int displayOnBoard:bool inactive:bool closedStatus:bool
      timeEntryNotAllowed:bool defaultFlag:bool escalationStatus:NotResponded|Responded|ResolutionPlan|Resolved|NoEscalation
      customerPortalDescription:string(500) customerPortalFlag:bool`,
  }),
  entity('boardType', {
    path: 'service/boards/:id/types',
    typeName: 'BoardType',
    resource: 'boardType',
    label: 'Service Type',
    parent: { entity: 'board', field: 'board' },
    table: 'name!:string(50) category:Reactive|Proactive defaultFlag:bool inactiveFlag:bool board~:@board',
  }),
  entity('priority', {
    path: 'service/priorities',
    typeName: 'Priority',
    resource: 'priority',
    label: 'Priority',
    table: 'name!:string(50) color!:string sortOrder:int defaultFlag:bool level:string urgencySortOrder:string',
  }),
  entity('source', {
    path: 'service/sources',
    typeName: 'Source',
    resource: 'source',
    label: 'Service Source',
    table: 'name!:string(50) defaultFlag:bool',
  }),
  entity('ticket', {
    path: 'service/tickets',
    typeName: 'Ticket',
    resource: 'ticket',
    label: 'Ticket',
    nameField: 'summary',
    customFieldPod: 'ticket_overview',
    callbackType: 'ticket',
    table: `summary!:string(100) recordType:ServiceTicket|ProjectTicket|ProjectIssue board:@board status:@boardStatus
      company!:@company site:@companySite siteName:string(50) addressLine1:string(50) city:string(50) zip:string(12)
      contact:@contact contactName:string(62) contactPhoneNumber:string(20) contactPhoneExtension:string(15)
      contactEmailAddress:string(250) type:@boardType subType:@boardSubType item:@boardItem team:@boardTeam owner:@member priority:@priority
      serviceLocation:@ source:@source requiredDate:date budgetHours:number opportunity:@opportunity agreement:@agreement
      severity:Low|Medium|High impact:Low|Medium|High externalXRef:string(100) poNumber:string(50)
      customerUpdatedFlag:bool automaticEmailContactFlag:bool automaticEmailResourceFlag:bool automaticEmailCcFlag:bool
      automaticEmailCc:string(1000) initialDescription+:string initialInternalAnalysis+:string initialResolution+:string
      processNotifications+:bool skipCallback+:bool closedDate~:string closedBy~:string closedFlag~:bool actualHours~:number
      approved:bool dateResolved~:string dateResponded~:string isInSla~:bool slaStatus~:string resources~:string
      parentTicketId:int hasChildTicket~:bool escalationLevel~:int escalationStartDateUTC~:string location:@ department:@
      mergedParentTicket~:@ticket integratorTags:[]strings currency:@currency estimatedStartDate:date duration:int mobileGuid~:string`,
  }),
  entity('ticketNote', {
    path: 'service/tickets/:id/notes',
    typeName: 'ServiceNote',
    resource: 'serviceNote',
    label: 'Service Note',
    parent: { entity: 'ticket', field: 'ticketId' },
    table: `ticketId~:int text!:string detailDescriptionFlag:bool internalAnalysisFlag:bool resolutionFlag:bool issueFlag:bool
      member:@member contact:@contact customerUpdatedFlag:bool processNotifications+:bool dateCreated~:date createdBy~:string
      internalFlag:bool externalFlag:bool`,
  }),
  entity('boardSubType', {
    path: 'service/boards/:id/subtypes',
    typeName: 'BoardSubType',
    resource: 'boardSubType',
    label: 'Service SubType',
    parent: { entity: 'board', field: 'board' },
    table: `name!:string(50) inactiveFlag:bool typeAssociationIds:[]json addAllTypesFlag+:bool removeAllTypesFlag+:bool board~:@board`,
  }),
  entity('boardItem', {
    path: 'service/boards/:id/items',
    typeName: 'BoardItem',
    resource: 'boardItem',
    label: 'Service Item',
    parent: { entity: 'board', field: 'board' },
    table: `name!:string(50) inactiveFlag:bool board~:@board`,
  }),
  entity('boardTeam', {
    path: 'service/boards/:id/teams',
    typeName: 'BoardTeam',
    resource: 'boardTeam',
    label: 'Service Team',
    parent: { entity: 'board', field: 'boardId' },
    table: `name!:string(30) teamLeader!:@member members:[]json defaultFlag:bool notifyOnTicketDelete:bool boardId~:int`,
  }),
  entity('severity', {
    path: 'service/severities',
    typeName: 'Severity',
    resource: 'severity',
    label: 'Severity',
    refuses: ['POST', 'DELETE'],
    table: `name:string description!:string(200) defaultFlag:bool`,
  }),
  entity('impact', {
    path: 'service/impacts',
    typeName: 'Impact',
    resource: 'impact',
    label: 'Impact',
    refuses: ['POST', 'DELETE'],
    table: `name:string description!:string(200) defaultFlag:bool`,
  }),
  entity('ticketConfiguration', {
    path: 'service/tickets/:id/configurations',
    typeName: 'ConfigurationReference',
    resource: 'configurationReference',
    label: 'Configuration',
    parent: { entity: 'ticket', field: 'ticketId' },
    table: 'ticketId~:int deviceIdentifier:string(100)',
  }),
  entity('ticketTask', {
    path: 'service/tickets/:id/tasks',
    typeName: 'Task',
    resource: 'task',
    label: 'Task',
    parent: { entity: 'ticket', field: 'ticketId' },
    table: `ticketId~:int notes:string(255) closedFlag:bool priority:int schedule:@ code:@ resolution:string(255)`,
  }),
  entity('ticketAllNote', {
    path: 'service/tickets/:id/allNotes',
    typeName: 'ServiceTicketNote',
    resource: 'serviceTicketNote',
    label: 'Service Note',
    parent: { entity: 'ticket', field: 'ticket' },
    isReadOnly: true,
    table: `noteType:TicketNote|TimeEntryNote|MeetingNote ticket:@ticket text:string isMarkdownFlag:bool detailDescriptionFlag:bool
      internalAnalysisFlag:bool resolutionFlag:bool issueFlag:bool timeStart:string timeEnd:string bundledFlag:bool mergedFlag:bool
      originalAuthor:string createdByParentFlag:bool member:@member contact:@contact`,
  }),
  entity('timeEntry', {
    path: 'time/entries',
    typeName: 'TimeEntry',
    resource: 'timeEntry',
    label: 'Time Entry',
    customFieldPod: 'time_entry_overview',
    nameField: 'notes',
    callbackType: 'time',
    table: `company:@company chargeToId:int chargeToType:ServiceTicket|ProjectTicket|ChargeCode|Activity member:@member location:@ department:@
      workType:@ workRole:@ agreement:@agreement activity:@ timeStart!:date timeEnd:date hoursDeduct:number actualHours:number
      billableOption:${BILLING} notes:string internalNotes:string addToDetailDescriptionFlag:bool addToInternalAnalysisFlag:bool
      addToResolutionFlag:bool emailResourceFlag:bool emailContactFlag:bool emailCcFlag:bool emailCc:string hoursBilled:number
      enteredBy~:string dateEntered~:date invoice:@invoice hourlyRate:number
      status~:Open|Rejected|PendingApproval|ErrorsCorrected|PendingProjectApproval|ApprovedByTierOne|RejectBySecondTier|ApprovedByTierTwo|ReadyToBill|Billed|WrittenOff|BilledAgreement
      ticket~:@ticket project~:@project phase~:@projectPhase`,
  }),
];
