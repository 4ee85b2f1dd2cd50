import { entity, type Entity } from '../entity.ts';

/** Members, callbacks and definitions of custom fields. */
export const SYSTEM_TABLES: Entity[] = [
  entity('member', {
    path: 'system/members',
    typeName: 'Member',
    resource: 'member',
    label: 'Member',
    referenceMembers: ['identifier'],
    callbackType: 'member',
    refuses: ['DELETE'],
    table: `identifier!:string(15) firstName!:string(30) lastName!:string(30) officeEmail:string(250) primaryEmail:string(250)
      inactiveFlag:bool licenseClass!:A|C|F|X title:string(100) officePhone:string(15) hireDate:date
      defaultEmail:Office|Mobile|Home timeZone:@`,
  }),
  entity('callback', {
    path: 'system/callbacks',
    typeName: 'CallbackEntry',
    resource: 'callbackEntry',
    label: 'Callback',
    table: `description:string(100) url!:string objectId!:int type!:string level!:string memberId~:int payloadVersion:string
      inactiveFlag:bool isSoapCallbackFlag:bool isSelfSuppressedFlag:bool connectWiseID~:string`,
  }),
  entity('userDefinedField', {
    path: 'system/userDefinedFields',
    typeName: 'UserDefinedField',
    resource: 'userDefinedField',
    label: 'User Defined Field',
    table: `podId!:int caption!:string(25) sequenceNumber!:int screenId:string(25) screenDescription:string helpText:string(1000)
      fieldTypeIdentifier!:string numberDecimals:int entryTypeIdentifier:string requiredFlag:bool displayOnScreenFlag:bool
      readOnlyFlag:bool listViewFlag:bool options:[]json dateCreated:date`,
  }),
];
