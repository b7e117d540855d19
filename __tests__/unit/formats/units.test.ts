import { describe, expect, it } from 'vitest'
import { formatBytes, formatSeconds, parseDuration, parseMemory } from '../../../src/formats/units.ts'

describe('parseDuration', () => {
  it.each([
    ['90s', 90],
    ['30m', 1800],
    ['2h', 7200],
    ['45', 45],
    ['0', 0],
    ['1.5m', 90],
    [' 90 S ', 90],
    ['', null],
    ['-5', null],
    ['1e3', null],
    ['1h30m', null],
    ['5d', null],
    ['5 minutes', null],
    ['Infinity', null],
    ['0x10', null],
    ['10s\n20s', null],
  ])('of %j is %j', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })
})

describe('parseMemory (CTN-14)', () => {
  it.each([
    ['1024', 1024],
    ['512b', 512],
    ['1k', 1024],
    ['512m', 512 * 1024 ** 2],
    ['4g', 4 * 1024 ** 3],
    ['4G', 4 * 1024 ** 3],
    ['4Gi', 4 * 1024 ** 3],
    ['4GiB', 4 * 1024 ** 3],
    ['4gb', 4 * 1024 ** 3],
    ['1.5g', 1.5 * 1024 ** 3],
    ['0.0001k', 0],
    ['1t', 1024 ** 4],
    [' 4 g ', 4 * 1024 ** 3],
    ['', null],
    ['g', null],
    ['-1g', null],
    ['4x', null],
    ['4 gigabytes', null],
    ['50%', null],
    ['1e9', null],
  ])('of %j is %j', (text, bytes) => {
    expect(parseMemory(text)).toBe(bytes)
  })
})

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1536 * 1024, '1.5 MiB'],
    [512 * 1024 ** 2, '512 MiB'],
    [4 * 1024 ** 3, '4.0 GiB'],
    [5000 * 1024 ** 4, '5000 TiB'],
  ])('of %d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })
})

describe('formatSeconds', () => {
  it.each([
    [0.416, '0.42 s'],
    [12.4, '12 s'],
    [59.7, '1 min 0 s'],
    [185, '3 min 5 s'],
    [3599.9, '1 h 0 min'],
    [3720, '1 h 2 min'],
  ])('of %d is %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text)
  })
})
