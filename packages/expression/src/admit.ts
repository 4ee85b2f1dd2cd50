/** What is checked before JSONata's parser sees an expression. */
import { syntaxError } from './failure.ts';
import { scanSyntax } from './scan.ts';

const MOST_CHARS = 20_000;
/** The parser copies the left side of each ?: and ??, so that nested ones double its work each time. */
const MOST_QUESTION_MARKS = 10;

/** Refuses an expression that would keep the parser busy, or in which something is not closed. Throws `expression_syntax`. */
export function admitExpression(expression: string): void {
  if (expression.length > MOST_CHARS) {
    throw syntaxError({ expression, position: 0, reason: `It has ${expression.length} characters; 20,000 are allowed` });
  }
  let questions = 0;
  const end = scanSyntax(expression, 0, (char) => char === '?' && (questions += 1) > MOST_QUESTION_MARKS);
  if (end.wasStopped) {
    const reason = `It has more than ${MOST_QUESTION_MARKS} question marks (of ?:, ?? and conditions); use fewer`;
    throw syntaxError({ expression, position: end.at, reason });
  }
  if (end.unclosed) throw syntaxError({ expression, position: end.unclosed.at, reason: `${end.unclosed.what} is not closed` });
}
