import { comeBack } from '../../../../server/sign-in/come-back.ts';

export const dynamic = 'force-dynamic';

export { comeBack as GET };
