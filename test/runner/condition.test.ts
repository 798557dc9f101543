import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ConditionFacts, conditionHolds, conditionProblem } from '../../src/runner/condition.ts'
import { type Condition, ConditionError, parseCondition } from '../../src/runner/parse-condition.ts'

const facts = (more: Partial<ConditionFacts> = {}): ConditionFacts => ({
  steps: new Map([
    ['build', { state: 'ok', exit: 0 }],
    ['lint', { state: 'failed', exit: 2 }],
    ['audit', { state: 'failed' }],
    ['step-4', { state: 'skipped' }],
  ]),
  env: { CI: '1' },
  wentWell: false,
  ...more,
})

describe('the condition of a step', () => {
  it.each([
    ['steps.build.ok', true],
    ['steps.lint.ok', false],
    ['steps.lint.failed && !steps.build.failed', true],
    ['steps.lint.exit == 2', true],
    ['steps.lint.exit >= 3 || steps.step-4.skipped', true],
    ['steps.audit.exit == 0', false],
    ['steps.audit.exit != 0', true],
    ['!(steps.build.ok && steps.lint.ok)', true],
    ['steps.build.failed && steps.build.ok || steps.build.ok', true],
    ['always()', true],
    ["steps.build.ok && env.CI == '1'", true],
    ['steps.build.ok && env.NONE == ""', true],
    ['steps.build.ok && env.CI != "1"', false],
  ])('%s is %s', (text, holds) => {
    expect(conditionHolds(text, facts())).toBe(holds)
  })

  it('holds only when all went well, unless it says something about earlier steps', () => {
    expect(conditionHolds(undefined, facts())).toBe(false)
    expect(conditionHolds(undefined, facts({ wentWell: true }))).toBe(true)
    expect(conditionHolds('env.CI == "1"', facts())).toBe(false)
    expect(conditionHolds('env.CI == "1"', facts({ wentWell: true }))).toBe(true)
    expect(conditionHolds('always() && env.CI == "1"', facts())).toBe(true)
  })

  it.each([
    ['steps.nothing.ok', 'no step "nothing" stands before this one; there are build, lint'],
    ['steps.build', 'has "steps.build" at character 1 where steps.<name>.ok'],
    ['steps.build.okay', 'has "steps.build.okay" at character 1'],
    ['steps.build.ok &&', 'has the end at character 18 where'],
    ['(steps.build.ok', 'has the end at character 16 where a closing parenthesis should be'],
    ['steps.build.ok & steps.lint.ok', 'has "&" at character 16, which means nothing here'],
    ['steps.build.exit == two', 'has "two" at character 21 where a whole number should be'],
    ['env.CI', 'has the end at character 7 where a comparison such as == should be'],
    ['env.CI < "2"', 'compares env.CI with nothing but == and !='],
    ['steps.build.ok steps.lint.ok', 'has "steps.lint.ok" at character 16 where &&, || or the end should be'],
    ['', 'has the end at character 1'],
    [`${'('.repeat(60)}always()${')'.repeat(60)}`, 'is nested deeper than 50 levels'],
  ])('is refused with the place: %s', (text, problem) => {
    expect(conditionProblem(text, ['build', 'lint'])).toContain(problem)
  })

  const name = fc.constantFrom('build', 'step-4', 'a_b', '0')
  const comparison = fc.constantFrom('==', '!=', '<', '<=', '>', '>=')
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4 },
      fc.constant<Condition>({ kind: 'always' }),
      fc.record({
        kind: fc.constant('state'),
        step: name,
        state: fc.constantFrom('ok', 'failed', 'skipped'),
      }) as fc.Arbitrary<Condition>,
      fc.record({
        kind: fc.constant('exit'),
        step: name,
        operator: comparison,
        value: fc.integer({ min: -1, max: 255 }),
      }) as fc.Arbitrary<Condition>,
      fc.record({
        kind: fc.constant('env'),
        variable: fc.constantFrom('CI', '_x', 'HOME2'),
        operator: fc.constantFrom('==', '!='),
        value: fc.string().filter((text) => !/["\n]/u.test(text)),
      }) as fc.Arbitrary<Condition>,
      fc.record({ kind: fc.constant('not'), of: tie('condition') }) as fc.Arbitrary<Condition>,
      fc.record({
        kind: fc.constantFrom('and', 'or'),
        of: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
      }) as fc.Arbitrary<Condition>,
    ),
  }))

  it('is read as it was meant, whatever it is made of', () => {
    fc.assert(
      fc.property(condition, (meant) => {
        expect(parseCondition(written(meant))).toEqual(meant)
      }),
    )
  })

  it('is read or refused in words, whatever the text', () => {
    const pieces = fc.constantFrom(
      'steps.',
      'env.X',
      '&&',
      '!',
      '(',
      ')',
      '== ',
      '"a"',
      '7',
      'always()',
      '.ok',
      ' ',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (text) => {
          try {
            parseCondition(text)
          } catch (error) {
            expect(error).toBeInstanceOf(ConditionError)
          }
        },
      ),
    )
  })
})

/** Parentheses around every part: how the operators bind is tried above. */
function written(condition: Condition): string {
  switch (condition.kind) {
    case 'always':
      return 'always( )'
    case 'state':
      return `steps.${condition.step}.${condition.state}`
    case 'exit':
      return `steps.${condition.step}.exit ${condition.operator}${condition.value}`
    case 'env':
      return `env.${condition.variable}${condition.operator} "${condition.value}"`
    case 'not':
      return `!(${written(condition.of)})`
    default:
      return condition.of.map((each) => `(${written(each)})`).join(condition.kind === 'and' ? ' && ' : '||')
  }
}
