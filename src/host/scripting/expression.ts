/** The tree of an expression, as the parser builds it and the evaluator walks it. */
import type { VariableValue } from '../session-types.ts'

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '+' | '-' | '*' | '/'

export type Expression =
  | { kind: 'literal'; value: number | boolean | null }
  /** Literal texts and interpolated expressions in turn; a plain string is one text. */
  | { kind: 'string'; parts: Array<string | Expression> }
  | { kind: 'list'; items: Expression[] }
  /** With `optional`, an unset variable is null instead of an error. */
  | { kind: 'path'; path: string; optional: boolean }
  | { kind: 'reference'; path: string }
  | { kind: 'index'; target: Expression; index: Expression }
  | { kind: 'unary'; operator: '!' | '-'; operand: Expression }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'conditional'; condition: Expression; whenTrue: Expression; whenFalse: Expression }
  | FunctionCall

export interface FunctionCall {
  kind: 'call'
  /** Dotted name, namespace included. */
  name: string
  arguments: Array<{ name: string; value: Expression }>
}

/** Arguments of a call, evaluated. */
export type ArgumentValues = Record<string, VariableValue>

/** The text does not follow the grammar. `position` counts UTF-16 units from 0. */
export class ExpressionSyntaxError extends Error {
  override name = 'ExpressionSyntaxError'
  constructor(
    readonly problem: string,
    readonly position: number,
  ) {
    super(`${problem} at position ${position}`)
  }
}

/** An expression that is well-formed and could not be evaluated, or a function that failed. */
export class EvaluationError extends Error {
  override name = 'EvaluationError'
}
