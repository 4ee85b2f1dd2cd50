import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ERROR_CLASSES, invalid, toStoredError, toWeftError, WeftError } from '@weft/errors';
import { authService } from '../../../server/auth/auth.ts';
import { MIN_PASSWORD_LENGTH } from '../../../server/auth/create-auth.ts';
import { createFirstAdmin } from '../../../server/auth/first-admin.ts';
import { isSameOriginRequest } from '../../../server/auth/origin.ts';
import { database } from '../../../server/context.ts';

const formSchema = z.object({
  name: z.string().trim().min(1, 'Your name is missing').max(100),
  email: z.email('This is not an e-mail address').max(200),
  password: z
    .string()
    .min(MIN_PASSWORD_LENGTH, `A password has at least ${MIN_PASSWORD_LENGTH} characters`)
    .max(128, 'A password has at most 128 characters'),
  code: z.string().optional(),
});

/** Creates the first admin and signs it in. Closed as soon as there is a user. */
export async function POST(request: Request): Promise<Response> {
  try {
    if (!isSameOriginRequest(request.headers))
      throw new WeftError({ class: 'auth', code: 'forbidden', message: 'This request came from another site.' });
    const parsed = formSchema.safeParse(await request.json().catch(() => undefined));
    if (!parsed.success) {
      throw invalid(
        'invalid_form',
        'Some answers are missing or wrong.',
        parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
      );
    }
    const { code, ...person } = parsed.data;
    const wanted = process.env['WEFT_SETUP_CODE'];
    if (wanted && !isSame(code ?? '', wanted)) {
      throw invalid('wrong_code', 'The set-up code is not right.', [
        { path: 'code', message: 'This is not the code that stands in the console of npm start' },
      ]);
    }
    const answer = await createFirstAdmin({ db: database(), auth: authService(), person, headers: request.headers });
    if (!answer)
      throw new WeftError({
        class: 'conflict',
        code: 'already_set_up',
        message: 'Somebody has set up this Weft already. Sign in instead.',
      });
    return answer;
  } catch (thrown) {
    const error = toWeftError(thrown);
    const status = error.code === 'forbidden' ? 403 : ERROR_CLASSES[error.class].httpStatus;
    return Response.json({ error: toStoredError(error) }, { status });
  }
}

/** Compares in constant time whatever the lengths. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
