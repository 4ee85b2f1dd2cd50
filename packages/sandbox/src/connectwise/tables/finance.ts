import { BILLING, entity, type Entity } from '../entity.ts';

/** Agreements, invoices and payments. */
export const FINANCE_TABLES: Entity[] = [
  entity('agreement', {
    path: 'finance/agreements',
    typeName: 'Agreement',
    resource: 'agreement',
    label: 'Agreement',
    customFieldPod: 'agreement_overview',
    callbackType: 'agreement',
    table: `name!:string(100) type!:@agreementType company!:@company contact!:@contact startDate:date endDate:date noEndingDateFlag:bool
      cancelledFlag:bool dateCancelled:date reasonCancelled:string(100) billAmount:number billingCycle:@ billingTerms:@billingTerm
      invoicingCycle:ContractYear|CalendarYear billTime:${BILLING} billExpenses:${BILLING} billProducts:${BILLING}
      site:@companySite customerPO:string(50) internalNotes:string workOrder:string(20) location:@ department:@ sla:@
      billToCompany:@company billToContact:@contact nextInvoiceDate:string billStartDate:date
      periodType:Current|Future|Both|Undefined
      applicationUnits:Amount|Hours|Incidents agreementStatus~:Active|Cancelled|Expired|Inactive parentAgreement:@agreement
      currency:@currency opportunity:@opportunity`,
  }),
  entity('agreementAddition', {
    path: 'finance/agreements/:id/additions',
    typeName: 'Addition',
    resource: 'addition',
    label: 'Addition',
    parent: { entity: 'agreement', field: 'agreementId' },
    table: `agreementId~:int product!:@ billCustomer!:Billable|DoNotBill|NoCharge quantity:number unitPrice:number extPrice:number
      effectiveDate:date cancelledDate:date description:string unitCost:number extCost~:number
      margin~:number lessIncluded:number billedQuantity~:number taxableFlag:bool serialNumber:string(50)
      invoiceDescription:string(6000) uom:string sequenceNumber:number opportunity:@opportunity
      agreementStatus~:Active|Cancelled|Expired|Inactive`,
  }),
  entity('invoice', {
    path: 'finance/invoices',
    typeName: 'Invoice',
    resource: 'invoice',
    label: 'Invoice',
    customFieldPod: 'invoice_overview',
    callbackType: 'invoice',
    nameField: 'invoiceNumber',
    table: `invoiceNumber:string(15) type!:Agreement|CreditMemo|DownPayment|Miscellaneous|Progress|Standard status:@billingStatus company!:@company
      billToCompany:@company date:date dueDate:date subtotal:number salesTax:number total:number payments:number credits:number
      balance~:number currency:@currency agreement:@agreement project:@project
      ticket:@ticket billingTerms:@billingTerm applyToType:All|Agreement|Project|ProjectPhase|SalesOrder|Ticket applyToId:int
      attention:string(60) reference:string(50) customerPO:string(50) taxCode:@ topComment:string bottomComment:string
      internalNotes:string serviceTotal:number expenseTotal:number productTotal:number agreementAmount:number location:@
      department:@`,
  }),
  entity('agreementType', {
    path: 'finance/agreements/types',
    typeName: 'AgreementType',
    resource: 'agreementType',
    label: 'Agreement Type',
    table: `name!:string(50) defaultFlag:bool inactiveFlag:bool prePaymentFlag:bool applicationUnits:Amount|Hours|Incidents
      invoicingCycle:ContractYear|CalendarYear billTime:${BILLING} billExpenses:${BILLING} billProducts:${BILLING}
      employeeCompRate:Actual|Hourly employeeCompNotExceed:Billing|Amount|Percent billAmount:number taxableFlag:bool
      integrationXRef:string(50)`,
  }),
  entity('invoicePayment', {
    path: 'finance/invoices/:id/payments',
    typeName: 'InvoicePayment',
    resource: 'invoicePayment',
    label: 'Payment',
    nameField: 'type',
    parent: { entity: 'invoice', field: 'invoice' },
    table: `type:string source:string invoice~:@invoice credit:@invoice amount:number balance~:number invoiceBalance~:number
      invoiceTotal~:number paymentDate:date appliedBy~:string paymentSyncStatus:string glBatchID:string(50)`,
  }),
  entity('billingStatus', {
    path: 'finance/billingStatuses',
    typeName: 'BillingStatus',
    resource: 'billingStatus',
    label: 'Billing Status',
    table: `name!:string(30) sortOrder:int defaultFlag:bool closedFlag:bool inactiveFlag:bool sentFlag:bool`,
  }),
  entity('billingTerm', {
    path: 'finance/billingTerms',
    typeName: 'BillingTerm',
    resource: 'billingTerm',
    label: 'Billing Term',
    table: `name!:string(50) defaultFlag:bool dueDays!:int termsXref:string(50)`,
  }),
  entity('currency', {
    path: 'finance/currencies',
    typeName: 'Currency',
    resource: 'currency',
    label: 'Currency',
    referenceMembers: ['symbol', 'currencyCode', 'decimalSeparator', 'numberOfDecimals', 'thousandsSeparator', 'currencyIdentifier'],
    table: `name!:string(60) symbol:string(10) currencyCode:string currencyIdentifier:string(10) decimalSeparator:string
      thousandsSeparator:string numberOfDecimals:int displaySymbolFlag:bool displayIdFlag:bool negativeParenthesesFlag:bool
      rightAlign:bool`,
  }),
];
