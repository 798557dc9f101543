import type { Expression } from '../../../src/host/scripting/expression.ts'

/** Writes a tree in the language of the host, with brackets around every part. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return Object.is(expression.value, -0) ? '-0' : String(expression.value)
    case 'string':
      return `"${expression.parts.map(printPart).join('')}"`
    case 'list':
      return `[${expression.items.map(printExpression).join(', ')}]`
    case 'path':
      return expression.optional ? `${expression.path}?` : expression.path
    case 'reference':
      return `&${expression.path}`
    case 'index':
      return `(${printExpression(expression.target)})[${printExpression(expression.index)}]`
    case 'unary':
      return `${expression.operator}(${printExpression(expression.operand)})`
    case 'binary':
      return `(${printExpression(expression.left)} ${expression.operator} ${printExpression(expression.right)})`
    case 'conditional':
      return `(${printExpression(expression.condition)} ? ${printExpression(expression.whenTrue)} : ${printExpression(expression.whenFalse)})`
    case 'call': {
      const values = expression.arguments.map(({ name, value }) => `${name}: ${printExpression(value)}`)
      return `${expression.name}(${values.join(', ')})`
    }
  }
}

function printPart(part: string | Expression): string {
  return typeof part === 'string'
    ? part.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
    : `\\(${printExpression(part)})`
}
