import { entity, type Entity } from '../entity.ts';

const userDefined = Array.from({ length: 10 }, (_, index) => `userDefinedField${index + 1}:string(50)`).join(' ');

/** Companies, sites, contacts and configurations. */
export const COMPANY_TABLES: Entity[] = [
  entity('company', {
    path: 'company/companies',
    typeName: 'Company',
    resource: 'company',
    label: 'Company',
    customFieldPod: 'company_overview',
    referenceMembers: ['identifier'],
    callbackType: 'company',
    table: `identifier!:string(30) name!:string(50) status:@companyStatus addressLine1:string(50) addressLine2:string(50)
      city:string(50) state:string(50) zip:string(12) country:@country phoneNumber:string(30) faxNumber:string(30)
      website:string(255) territory:@ market:@ accountNumber:string(100) defaultContact:@contact dateAcquired:date
      parentCompany:@company annualRevenue:number numberOfEmployees:int yearEstablished:int revenueYear:int timeZoneSetup:@
      leadSource:string(50) leadFlag:bool unsubscribeFlag:bool ${userDefined} taxIdentifier:string(50) taxCode:@
      billingTerms:@billingTerm billToCompany:@company billingSite:@ billingContact:@contact invoiceToEmailAddress:string(250)
      deletedFlag:bool dateDeleted~:date deletedBy~:string currency:@currency territoryManager:@member isVendorFlag:bool
      types:[]types site:@companySite integratorTags:[]strings mobileGuid~:string`,
  }),
  entity('companyStatus', {
    path: 'company/companies/statuses',
    typeName: 'CompanyStatus',
    resource: 'companyStatus',
    label: 'Company Status',
    table: 'name!:string(50) defaultFlag:bool inactiveFlag:bool notifyFlag:bool',
  }),
  entity('companyType', {
    path: 'company/companies/types',
    typeName: 'CompanyType',
    resource: 'companyType',
    label: 'Company Type',
    table: 'name!:string(50) defaultFlag:bool vendorFlag:bool',
  }),
  entity('companyNote', {
    path: 'company/companies/:id/notes',
    typeName: 'CompanyNote',
    resource: 'companyNote',
    label: 'Company Note',
    parent: { entity: 'company', field: 'company' },
    table: 'text!:string type:@ flagged:bool enteredBy~:string company~:@company',
  }),
  entity('companySite', {
    path: 'company/companies/:id/sites',
    typeName: 'CompanySite',
    resource: 'companySite',
    label: 'Company Site',
    callbackType: 'site',
    parent: { entity: 'company', field: 'company' },
    table: `name!:string(50) addressLine1:string(50) addressLine2:string(50) city:string(50) zip:string(12) country:@country
      phoneNumber:string(30) faxNumber:string(30) primaryAddressFlag:bool inactiveFlag:bool company~:@company`,
  }),
  entity('companyTeam', {
    path: 'company/companies/:id/teams',
    typeName: 'CompanyTeam',
    resource: 'companyTeam',
    label: 'Company Team',
    parent: { entity: 'company', field: 'company' },
    table: `teamRole!:@ location:@ department:@ contact:@contact member:@member accountManagerFlag:bool techFlag:bool
      salesFlag:bool company~:@company`,
  }),
  entity('companyTypeAssociation', {
    path: 'company/companies/:id/typeAssociations',
    typeName: 'CompanyTypeAssociation',
    resource: 'companyTypeAssociation',
    label: 'Company Type Association',
    parent: { entity: 'company', field: 'company' },
    table: 'type!:@companyType company~:@company',
  }),
  entity('contact', {
    path: 'company/contacts',
    typeName: 'Contact',
    resource: 'contact',
    label: 'Contact',
    customFieldPod: 'contact_overview',
    callbackType: 'contact',
    table: `firstName!:string(30) lastName:string(30) company:@company site:@companySite addressLine1:string(50)
      addressLine2:string(50) city:string(50) state:string(50) zip:string(12) country:@country relationship:@ department:@
      inactiveFlag:bool managerContact:@contact title:string(100) nickName:string(30) unsubscribeFlag:bool gender:string(10)
      birthDay:date mobileGuid~:string defaultPhoneType~:string defaultPhoneNbr~:string defaultPhoneExtension~:string
      defaultBillingFlag:bool defaultFlag:bool marriedFlag:bool childrenFlag:bool disablePortalLoginFlag:bool ${userDefined}
      companyLocation:@ communicationItems:[]items types:[]types integratorTags:[]strings ignoreDuplicates+:bool`,
  }),
  entity('contactCommunication', {
    path: 'company/contacts/:id/communications',
    typeName: 'ContactCommunication',
    resource: 'contactCommunication',
    label: 'Contact Communication',
    parent: { entity: 'contact', field: 'contactId' },
    table: `contactId~:int type!:@communicationType value!:string(250) extension:string(15) defaultFlag:bool
      communicationType~:string domain~:string`,
  }),
  entity('contactNote', {
    path: 'company/contacts/:id/notes',
    typeName: 'ContactNote',
    resource: 'contactNote',
    label: 'Contact Note',
    parent: { entity: 'contact', field: 'contactId' },
    table: 'contactId~:int text!:string type:@ flagged:bool enteredBy~:string',
  }),
  entity('contactTypeAssociation', {
    path: 'company/contacts/:id/typeAssociations',
    typeName: 'ContactTypeAssociation',
    resource: 'contactTypeAssociation',
    label: 'Contact Type Association',
    parent: { entity: 'contact', field: 'contact' },
    table: 'type!:@contactType contact~:@contact',
  }),
  entity('contactType', {
    path: 'company/contacts/types',
    typeName: 'ContactType',
    resource: 'contactType',
    label: 'Contact Type',
    nameField: 'description',
    table: 'description!:string(50) defaultFlag:bool',
  }),
  entity('communicationType', {
    path: 'company/communicationTypes',
    typeName: 'CommunicationType',
    resource: 'communicationType',
    label: 'Communication Type',
    nameField: 'description',
    table: 'description!:string(50) phoneFlag:bool faxFlag:bool emailFlag:bool defaultFlag:bool',
  }),
  entity('country', {
    path: 'company/countries',
    typeName: 'Country',
    resource: 'country',
    label: 'Country',
    referenceMembers: ['identifier'],
    table: 'name!:string(50) identifier:string(3) defaultFlag:bool',
  }),
  entity('configuration', {
    path: 'company/configurations',
    typeName: 'Configuration',
    resource: 'configuration',
    label: 'Configuration',
    customFieldPod: 'configuration_overview',
    callbackType: 'configuration',
    table: `name!:string(100) type!:@configurationType status:@configurationStatus company!:@company contact:@contact site:@companySite
      deviceIdentifier:string(100) serialNumber:string(250) modelNumber:string(50) tagNumber:string(50) purchaseDate:date
      installationDate:date installedBy:@member warrantyExpirationDate:date vendorNotes:string notes:string macAddress:string(25)
      lastLoginName:string(100) billFlag:bool ipAddress:string(50) defaultGateway:string(50) osType:string(250) osInfo:string(250)
      cpuSpeed:string(100) ram:string(25) localHardDrives:string parentConfigurationId:int vendor:@company manufacturer:@
      questions:[]json activeFlag:bool managementLink:string(1000) remoteLink:string(1000) needsRenewalFlag:bool
      manufacturerPartNumber:string(50) location:@ department:@ mobileGuid~:string`,
  }),
  entity('configurationType', {
    path: 'company/configurations/types',
    typeName: 'ConfigurationType',
    resource: 'configurationType',
    label: 'Configuration Type',
    table: `name!:string(50) inactiveFlag:bool systemFlag~:bool`,
  }),
  entity('configurationStatus', {
    path: 'company/configurations/statuses',
    typeName: 'ConfigurationStatus',
    resource: 'configurationStatus',
    label: 'Configuration Status',
    nameField: 'description',
    table: `description!:string(50) closedFlag:bool defaultFlag:bool`,
  }),
];
