import { BILLING, BILLING_METHOD, entity, type Entity } from '../entity.ts';

/** Projects and their tickets. */
export const PROJECT_TABLES: Entity[] = [
  entity('project', {
    path: 'project/projects',
    typeName: 'Project',
    resource: 'project',
    label: 'Project',
    customFieldPod: 'project_overview',
    callbackType: 'project',
    table: `name!:string(100) company!:@company board!:@board billingMethod!:${BILLING_METHOD}
      estimatedStart!:date estimatedEnd!:date status:@projectStatus manager:@member contact:@contact site:@companySite
      type:@projectType description:string opportunity:@opportunity agreement:@agreement percentComplete:number budgetHours:number
      actualHours:number actualStart:date actualEnd:date scheduledStart:date scheduledEnd:date estimatedHours:number
      billingAmount:number billTime:${BILLING} billExpenses:${BILLING} billProducts:${BILLING} billingRateType:StaffMember|WorkRole
      budgetAnalysis:ActualHours|BillableHours billToCompany:@company billToContact:@contact billingTerms:@billingTerm
      currency:@currency location:@ department:@ customerPO:string(50) closedFlag:bool`,
  }),
  entity('projectStatus', {
    path: 'project/statuses',
    typeName: 'ProjectStatus',
    resource: 'projectStatus',
    label: 'Project Status',
    table: `name!:string(30) defaultFlag:bool inactiveFlag:bool noTimeFlag:bool closedFlag:bool`,
  }),
  entity('projectType', {
    path: 'project/projectTypes',
    typeName: 'ProjectType',
    resource: 'projectType',
    label: 'Project Type',
    table: `name!:string(30) defaultFlag:bool inactiveFlag:bool integrationXref:string(50)`,
  }),
  entity('projectPhase', {
    path: 'project/projects/:id/phases',
    typeName: 'ProjectPhase',
    resource: 'projectPhase',
    label: 'Project Phase',
    nameField: 'description',
    parent: { entity: 'project', field: 'projectId' },
    table: `projectId~:int description!:string(100) board:@board status:@ agreement:@agreement opportunity:@opportunity
      parentPhase:@projectPhase wbsCode:string(50) billTime:${BILLING} billExpenses:${BILLING} billProducts:${BILLING}
      markAsMilestoneFlag:bool notes:string deadlineDate:date billingMethod:${BILLING_METHOD} scheduledHours:number
      scheduledStart:string scheduledEnd:string actualHours:number actualStart:string actualEnd:string budgetHours:number
      startDate:string endDate:string`,
  }),
  entity('projectNote', {
    path: 'project/projects/:id/notes',
    typeName: 'ProjectNote',
    resource: 'projectNote',
    label: 'Project Note',
    parent: { entity: 'project', field: 'projectId' },
    table: `projectId~:int text!:string type:@ flagged:bool`,
  }),
  entity('projectTeamMember', {
    path: 'project/projects/:id/teamMembers',
    typeName: 'ProjectTeamMember',
    resource: 'projectTeamMember',
    label: 'Project Team Member',
    parent: { entity: 'project', field: 'projectId' },
    table: `projectId~:int hours:number member!:@member projectRole!:@ workRole:@ startDate:date endDate:date`,
  }),
  entity('projectTicket', {
    path: 'project/tickets',
    typeName: 'ProjectTicket',
    resource: 'projectTicket',
    label: 'Ticket',
    nameField: 'summary',
    customFieldPod: 'project_ticket_overview',
    idsOf: 'ticket',
    table: `summary!:string(100) isIssueFlag:bool board:@board status:@boardStatus project!:@project phase:@projectPhase wbsCode:string(50)
      company~:@company site:@companySite contact:@contact contactName:string(62) contactPhoneNumber:string(20)
      contactEmailAddress:string(250) type:@boardType subType:@boardSubType item:@boardItem owner:@member priority:@priority
      requiredDate:date budgetHours:number opportunity:@opportunity agreement:@agreement externalXRef:string(100)
      initialDescription+:string initialInternalAnalysis+:string initialResolution+:string processNotifications+:bool
      skipCallback+:bool closedDate~:string closedBy~:string closedFlag~:bool actualHours~:number approved:bool
      estimatedStartDate:date duration:int resources~:string integratorTags:[]strings`,
  }),
  entity('projectTicketNote', {
    path: 'project/tickets/:id/notes',
    typeName: 'TicketNote',
    resource: 'ticketNote',
    label: 'Ticket Note',
    parent: { entity: 'projectTicket', field: 'ticketId' },
    table: `ticketId~:int text!:string detailDescriptionFlag:bool internalAnalysisFlag:bool resolutionFlag:bool issueFlag:bool
      member:@member contact:@contact customerUpdatedFlag:bool processNotifications+:bool dateCreated~:date createdBy~:string
      internalFlag:bool externalFlag:bool`,
  }),
];
