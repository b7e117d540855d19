import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { server } from '../src/server.mjs'

test('says that it is well', async (context) => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/health`)
  assert.equal(await answer.text(), 'well\n')
})
