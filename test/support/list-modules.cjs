// Loaded before a program (node --require): writes into the file that MODULES names what that has loaded.
const { writeFileSync } = require('node:fs')
process.on('exit', () => writeFileSync(process.env.MODULES, Object.keys(require.cache).join('\n')))
