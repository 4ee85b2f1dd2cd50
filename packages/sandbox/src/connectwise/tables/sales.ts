import { entity, type Entity } from '../entity.ts';

/** Opportunities and activities. */
export const SALES_TABLES: Entity[] = [
  entity('opportunity', {
    path: 'sales/opportunities',
    typeName: 'Opportunity',
    resource: 'opportunity',
    label: 'Opportunity',
    customFieldPod: 'opportunity_overview',
    callbackType: 'opportunity',
    table: `name!:string(100) expectedCloseDate:date type:@opportunityType stage:@opportunityStage status:@opportunityStatus priority:@
      notes:string probability:@opportunityProbability source:string(50) rating:@ campaign:@ primarySalesRep!:@member
      secondarySalesRep:@member locationId:int businessUnitId:int company!:@company contact!:@contact site:@companySite
      customerPO:string(25) pipelineChangeDate~:date dateBecameLead:date closedDate~:date closedBy~:@member totalSalesTax:number
      shipToCompany:@company billToCompany:@company billToContact:@contact billingTerms:@billingTerm taxCode:@ currency:@currency
      technicalContact:@contact`,
  }),
  entity('opportunityNote', {
    path: 'sales/opportunities/:id/notes',
    typeName: 'OpportunityNote',
    resource: 'opportunityNote',
    label: 'Opportunity Note',
    parent: { entity: 'opportunity', field: 'opportunityId' },
    table: `opportunityId~:int text!:string type:@ flagged:bool enteredBy~:string dateEntered~:date`,
  }),
  entity('opportunityStage', {
    path: 'sales/stages',
    typeName: 'OpportunityStage',
    resource: 'opportunityStage',
    label: 'Opportunity Stage',
    table: `name!:string(50) probability:@opportunityProbability color:string sequenceNumber:int`,
  }),
  entity('opportunityStatus', {
    path: 'sales/opportunities/statuses',
    typeName: 'OpportunityStatus',
    resource: 'opportunityStatus',
    label: 'Opportunity Status',
    table: `name!:string(30) wonFlag:bool lostFlag:bool closedFlag:bool inactiveFlag:bool defaultFlag:bool dateEntered~:date enteredBy~:string`,
  }),
  entity('opportunityType', {
    path: 'sales/opportunities/types',
    typeName: 'OpportunityType',
    resource: 'opportunityType',
    label: 'Opportunity Type',
    nameField: 'description',
    table: `description!:string(50) inactiveFlag:bool`,
  }),
  entity('opportunityProbability', {
    path: 'sales/probabilities',
    typeName: 'SalesProbability',
    resource: 'salesProbability',
    label: 'Probability',
    nameField: 'probability',
    table: `probability!:int`,
  }),
  entity('activity', {
    path: 'sales/activities',
    typeName: 'Activity',
    resource: 'activity',
    label: 'Activity',
    customFieldPod: 'activity_overview',
    callbackType: 'activity',
    table: `name!:string(100) type:@ company:@company contact:@contact phoneNumber:string(30) email:string(250) status:@
      opportunity:@opportunity ticket:@ticket agreement:@agreement notes:string dateStart:date dateEnd:date assignedBy:@member
      assignTo!:@member notifyFlag:bool currency:@currency`,
  }),
];
