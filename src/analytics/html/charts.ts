/** Charts as inline SVG; their colours are those of the page, so that they follow light and dark. */
import { type Html, html } from './escape.ts'

export interface Bar {
  label: string
  value: number
  /** As it is written beside the bar. */
  shown: string
}

/** Sizes in the units of the drawing, which the page scales. */
const width = 720
const rowHeight = 26
const labelWidth = 170
const valueWidth = 140
/** Longest label that fits, in characters. */
const labelLength = 24

export function horizontalBars(title: string, bars: readonly Bar[]): Html {
  const most = Math.max(1, ...bars.map(({ value }) => value))
  const room = width - labelWidth - valueWidth
  const rows = bars.map(({ label, value, shown }, index) => {
    const y = index * rowHeight
    const length = Math.max(1, Math.round((value / most) * room))
    return html`<text x="${labelWidth - 8}" y="${y + 17}" text-anchor="end" class="label"><title>${label}</title>${cut(label)}</text>
<rect x="${labelWidth}" y="${y + 5}" width="${length}" height="${rowHeight - 10}" rx="2" class="bar"/>
<text x="${labelWidth + length + 8}" y="${y + 17}" class="value">${shown}</text>`
  })
  const height = Math.max(rowHeight, bars.length * rowHeight)
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">${rows}</svg>`
}

export interface Stack {
  label: string
  /** One for each name, in their order. */
  values: readonly number[]
}

const stackHeight = 180
const axisHeight = 20
/** Days that can be told apart; more are put together. */
const mostColumns = 120

/** Columns over time, each in parts. */
export function stackedColumns(title: string, names: readonly string[], all: readonly Stack[]): Html {
  const stacks = together(all)
  const most = Math.max(1, ...stacks.map(({ values }) => sum(values)))
  const step = (width - 40) / Math.max(1, stacks.length)
  const columns = stacks.map(({ label, values }, index) => {
    let y = stackHeight
    const parts = values.map((value, part) => {
      const height = (value / most) * (stackHeight - 10)
      y -= height
      return html`<rect x="${(40 + index * step).toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(1, step - 1).toFixed(1)}" height="${height.toFixed(1)}" class="part${part}"/>`
    })
    const told = names.map((name, part) => `${name} ${values[part] ?? 0}`).join(', ')
    return html`<g><title>${label}: ${told}</title>${parts}</g>`
  })
  const [first, last] = [stacks[0]?.label ?? '', stacks.at(-1)?.label ?? '']
  const height = stackHeight + axisHeight
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<text x="34" y="14" text-anchor="end" class="value">${most}</text><text x="34" y="${stackHeight}" text-anchor="end" class="value">0</text>
${columns}
<text x="40" y="${height - 4}" class="value">${first}</text><text x="${width}" y="${height - 4}" text-anchor="end" class="value">${first === last ? '' : last}</text></svg>
<p class="legend">${names.map((name, part) => html`<span><i class="part${part}"></i>${name}</span> `)}</p>`
}

function together(stacks: readonly Stack[]): Stack[] {
  const size = Math.ceil(stacks.length / mostColumns)
  if (size <= 1) return [...stacks]
  const result: Stack[] = []
  for (let index = 0; index < stacks.length; index += size) {
    const group = stacks.slice(index, index + size)
    const values = (group[0]?.values ?? []).map((_, part) => sum(group.map((one) => one.values[part] ?? 0)))
    result.push({ label: `${group[0]?.label} to ${group.at(-1)?.label}`, values })
  }
  return result
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function cut(text: string): string {
  const characters = [...text]
  return characters.length <= labelLength ? text : `${characters.slice(0, labelLength - 1).join('')}…`
}
