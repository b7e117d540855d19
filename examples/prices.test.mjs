import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { price } from './prices.mjs'

for (const [count, expected] of [
  [1, 5],
  [9, 45],
  [10, 45],
  [25, 115],
])
  test(`${count} items`, async () => {
    await sleep(500) // as if it asked a server
    assert.equal(price(count, 5), expected)
  })
