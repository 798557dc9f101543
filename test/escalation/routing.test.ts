import { describe, expect, it } from 'vitest'
import type { Level } from '../../src/escalation/escalation.ts'
import { classifyQuestion, levelsFor, type Question, routeChannel } from '../../src/escalation/routing.ts'

const base: Question = { kind: 'question', text: 'Which of the three?', terminal: true }

describe('the channel', () => {
  it.each<[string, Partial<Question>, string]>([
    ['a short question', {}, 'terminal'],
    ['a short question where no terminal is', { terminal: false }, 'instant_messaging'],
    ['a discussion', { kind: 'discussion' }, 'instant_messaging'],
    ['a permission, for the trail', { kind: 'permission' }, 'instant_messaging'],
    ['a review', { kind: 'review' }, 'instant_messaging'],
    ['an urgent blocker', { kind: 'blocker', urgent: true }, 'both'],
    [
      'an urgent blocker where no terminal is',
      { kind: 'blocker', urgent: true, terminal: false },
      'instant_messaging',
    ],
    ['a blocker', { kind: 'blocker' }, 'terminal'],
    ['an agent to an agent', { betweenAgents: true }, 'instant_messaging'],
    [
      'progress, even an urgent one between agents',
      { kind: 'progress', urgent: true, betweenAgents: true },
      'notification',
    ],
    ['rich context', { kind: 'context' }, 'note'],
  ])('of %s', (_what, change, channel) => {
    expect(routeChannel({ ...base, ...change }).to).toBe(channel)
  })
})

describe('the class of a question', () => {
  it.each<[string, Question['kind'], string]>([
    ['anything', 'permission', 'permission'],
    ['May I write to /var/log?', 'question', 'permission'],
    ['Do I need sudo for it?', 'question', 'permission'],
    ['How does the API page its results?', 'question', 'technical'],
    ['Which SQL schema is it?', 'blocker', 'technical'],
    ['Which of the three configs?', 'question', 'clarification'],
    ['It is a capital idea, mayik?', 'question', 'clarification'],
    ['', 'question', 'clarification'],
  ])('"%s" (%s)', (text, kind, to) => {
    expect(classifyQuestion({ ...base, text, kind }).to).toBe(to)
  })

  it('is what the first rule of the user says that speaks of it', () => {
    const rules = [
      { match: { task: 'deploy-*' }, channel: 'both' as const },
      { match: { words: ['config'], kind: ['question' as const] }, class: 'technical' as const },
      { match: {}, class: 'permission' as const },
    ]
    expect(classifyQuestion({ ...base, text: 'Which CONFIG?' }, rules)).toMatchObject({
      to: 'technical',
      rule: 2,
    })
    expect(classifyQuestion({ ...base, text: 'Which configs?' }, rules)).toMatchObject({
      to: 'permission',
      rule: 3,
    })
    expect(routeChannel({ ...base, task: 'deploy-api' }, rules)).toMatchObject({ to: 'both', rule: 1 })
  })
})

describe('the levels', () => {
  const ladder: Level[] = ['policy', 'peer', 'orchestrator', 'desktop', 'human']
  const all = { peer: 'p', orchestrator: 'o', mayGrant: ['policy', 'desktop', 'human'] as Level[] }

  it('are those that exist and may answer', () => {
    expect(levelsFor(ladder, 'technical', all)).toEqual(ladder)
    expect(levelsFor(ladder, 'clarification', all)).toEqual(['policy', 'orchestrator', 'desktop', 'human'])
    expect(levelsFor(ladder, 'permission', all)).toEqual(['policy', 'desktop', 'human'])
    const alone = { ...all, peer: undefined, orchestrator: undefined }
    expect(levelsFor(ladder, 'technical', alone)).toEqual(['policy', 'desktop', 'human'])
  })
})
