import { WeftError } from '@weft/errors';
import type { JsonValue } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { toDatabaseJson } from './database-json.ts';
import { findWorkflow } from './find-workflow.ts';
import { relisten, requireStaysComplete } from './set-workflow-bindings.ts';
import { questionsOf } from './draft-parts.ts';

/** Keeps the answers to a workflow's questions; the next run uses them. */
export async function setWorkflowConfig(
  ctx: Ctx,
  input: { id: string; config: Readonly<Record<string, JsonValue>> },
): Promise<{ config: Readonly<Record<string, JsonValue>> }> {
  requireRole(ctx, 'edit');
  const row = await findWorkflow(ctx, input.id);
  requireAnswersFit(row.draft, input.config);
  await requireStaysComplete(ctx, { ...row, config: input.config });
  await ctx.db.prisma.workflow.update({ where: { id: row.id }, data: { config: toDatabaseJson(input.config) } });
  await relisten(ctx, input.id);
  return { config: input.config };
}

const WORDS = { string: 'a text', number: 'a number', boolean: 'yes or no' } as const;

/** Throws `invalid` naming each answer of the wrong type and each question that is not asked. */
export function requireAnswersFit(document: unknown, config: Readonly<Record<string, JsonValue>>): void {
  const questions = questionsOf(document);
  const issues = Object.entries(config).flatMap(([key, answer]) => {
    const entry = questions.get(key);
    if (!entry) return [{ path: `config.${key}`, message: `This workflow asks no question “${key}”.` }];
    return answer === null || typeof answer === entry.type
      ? []
      : [{ path: `config.${key}`, message: `“${entry.title}” has to be ${WORDS[entry.type as keyof typeof WORDS] ?? 'of a known type'}.` }];
  });
  if (issues.length > 0)
    throw new WeftError({ class: 'invalid', code: 'answers_invalid', message: issues.map(({ message }) => message).join(' '), issues });
}
