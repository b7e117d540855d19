/** A parsed expression of GitHub's (docs: "Evaluate expressions in workflows and actions"). */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'context'; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly by: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }

const TOKEN =
  /\s*(?:('(?:[^']|'')*')|([+-]?(?:0x[0-9a-f]+|0o[0-7]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?))|([a-z_][\w-]*)|(&&|\|\||==|!=|<=|>=|[<>!()[\],.]))/iy

/** From the one that binds least. */
const LEVELS = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>=']]

/** Parses what stands within `${{ }}`. Throws where it is no expression, or one that this reader does not know. */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text)
  const take = (expected: string) => {
    const token = tokens.shift()
    if (token !== expected) throw new Error(`Expected ${expected} and got ${token ?? 'the end'} in: ${text}`)
  }

  function binary(level: number): Expression {
    const operators = LEVELS[level]
    if (!operators) return unary()
    let left = binary(level + 1)
    while (operators.includes(tokens[0] ?? '')) {
      const operator = tokens.shift() ?? ''
      left = { kind: 'binary', operator, left, right: binary(level + 1) }
    }
    return left
  }

  function unary(): Expression {
    if (tokens[0] !== '!') return access()
    tokens.shift()
    return { kind: 'not', of: unary() }
  }

  function access(): Expression {
    let value = primary()
    for (;;) {
      if (tokens[0] === '.') {
        tokens.shift()
        const name = tokens.shift() ?? ''
        if (!/^[a-z_]/i.test(name)) throw new Error(`A name has to follow the dot in: ${text}`)
        value = { kind: 'index', of: value, by: { kind: 'literal', value: name } }
      } else if (tokens[0] === '[') {
        tokens.shift()
        value = { kind: 'index', of: value, by: binary(0) }
        take(']')
      } else return value
    }
  }

  function primary(): Expression {
    const token = tokens.shift() ?? ''
    if (token === '(') {
      const inner = binary(0)
      take(')')
      return inner
    }
    if (token.startsWith("'")) return { kind: 'literal', value: token.slice(1, -1).replaceAll("''", "'") }
    if (/^[+-]?\d/.test(token)) return { kind: 'literal', value: Number(token) }
    if (token === 'null') return { kind: 'literal', value: null }
    if (token === 'true' || token === 'false') return { kind: 'literal', value: token === 'true' }
    if (!/^[a-z_]/i.test(token)) throw new Error(`${token || 'The end'} cannot stand there in: ${text}`)
    return tokens[0] === '('
      ? { kind: 'call', name: token.toLowerCase(), args: args() }
      : { kind: 'context', name: token }
  }

  function args(): Expression[] {
    take('(')
    const all: Expression[] = []
    while (tokens[0] !== ')') {
      if (all.length > 0) take(',')
      all.push(binary(0))
    }
    take(')')
    return all
  }

  const parsed = binary(0)
  if (tokens.length > 0) throw new Error(`${tokens[0]} cannot stand there in: ${text}`)
  return parsed
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match) throw new Error(`No expression: ${text.slice(at)}`)
    tokens.push(match[0].trim())
  }
  return tokens
}

/** The names of all functions that an expression calls, in lower case. */
export function functionsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'call':
      return [expression.name, ...expression.args.flatMap(functionsOf)]
    case 'index':
      return [...functionsOf(expression.of), ...functionsOf(expression.by)]
    case 'not':
      return functionsOf(expression.of)
    case 'binary':
      return [...functionsOf(expression.left), ...functionsOf(expression.right)]
    default:
      return []
  }
}
