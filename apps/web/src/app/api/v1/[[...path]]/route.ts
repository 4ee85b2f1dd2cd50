import { handleRest } from '../../../../server/rest/v1/handle.ts';

export const dynamic = 'force-dynamic';

export { handleRest as DELETE, handleRest as GET, handleRest as PATCH, handleRest as POST, handleRest as PUT };
