/** What renewing leases takes, and no more: it is done by a thread that has to be there at once and to stay small. */
export { connectionSettings } from './connection-settings.ts';
export { renewLeases } from './hot/renew-leases.ts';
