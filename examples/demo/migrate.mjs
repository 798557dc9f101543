// Asks for a permission in the middle of its work.
import { ask, say, work } from './script.mjs'

await work('Reading the schema …', '3 tables need another column.')
const answer = await ask('PERMISSION: run the migration on the staging database? [y/n]')
if (answer === 'y') {
  await work('accounts … changed', 'orders … changed', 'invoices … changed')
  say('COMPLETE: 3 tables migrated')
} else {
  say('COMPLETE: nothing was changed')
}
