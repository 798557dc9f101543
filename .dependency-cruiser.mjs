// The floors of docs/architecture.md: imports go down only.
const floors = [
  ['cli'],
  ['service'],
  ['escalation', 'tasks', 'projects'],
  ['sessions', 'runner'],
  ['agents', 'signals', 'terminal', 'coordination', 'analytics'],
  ['iterm2', 'mail'],
  ['messages'],
  ['lib'],
]
const room = (names) => `^src/(${names.join('|')})/`
const upward = floors.slice(1).map((names, index) => ({
  name: `no-import-upward-from-${names[0]}`,
  severity: 'error',
  comment: 'A room may use the rooms on lower floors, never those above it.',
  from: { path: room(names) },
  to: { path: room(floors.slice(0, index + 1).flat()) },
}))

export default {
  forbidden: [
    ...upward,
    {
      name: 'rooms-of-one-floor-stay-apart',
      severity: 'error',
      from: { path: room(['escalation', 'tasks', 'projects']) },
      to: { path: room(['escalation', 'tasks', 'projects']), pathNot: '^src/$1/' },
    },
    {
      name: 'host-stands-alone',
      severity: 'error',
      comment: 'The embedded host shares nothing with the rest but the messages and lib.',
      from: { path: '^src/host/' },
      to: { path: '^src/', pathNot: '^src/(host|messages|lib)/' },
    },
    {
      name: 'only-the-binary-knows-the-host',
      severity: 'error',
      comment: 'Everyone else talks to the host through its socket; cli only starts it.',
      from: { path: '^src/(?!host/|cli/|main\\.ts|index\\.ts)' },
      to: { path: '^src/host/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$' }, to: {} },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist' },
  },
}
