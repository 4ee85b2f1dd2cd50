import { authService } from '../../../../server/auth/auth.ts';

export async function GET(request: Request): Promise<Response> {
  return authService().handler(request);
}

export async function POST(request: Request): Promise<Response> {
  return authService().handler(request);
}
