import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressBlock, blocksAround } from './addresses.ts';

test('an address or block has one form, however it was written', () => {
  const cases: [string, object | undefined][] = [
    ['192.168.0.229', { cidrBlock: '192.168.0.229/32', ipAddress: '192.168.0.229' }],
    ['192.168.0.229/32', { cidrBlock: '192.168.0.229/32', ipAddress: '192.168.0.229' }],
    ['10.0.0.0/8', { cidrBlock: '10.0.0.0/8' }],
    ['2001:DB8::1', { cidrBlock: '2001:db8:0:0:0:0:0:1/128', ipAddress: '2001:db8:0:0:0:0:0:1' }],
    ['2001:db8::/32', { cidrBlock: '2001:db8:0:0:0:0:0:0/32' }],
    ['::ffff:1.2.3.4', { cidrBlock: '1.2.3.4/32', ipAddress: '1.2.3.4' }],
    ['::ffff:10.0.0.0/104', { cidrBlock: '10.0.0.0/8' }],
    ['::ffff:0:0/90', { cidrBlock: '0:0:0:0:0:ffff:0:0/90' }],
    ['0.0.0.0/0', { cidrBlock: '0.0.0.0/0' }],
    ['10.0.0.0/33', undefined],
    ['10.0.0', undefined],
    ['', undefined],
    ['10.0.0.1/', undefined],
    ['fe80::1%eth0', undefined],
    ['10.0.0.1/8/8', undefined],
  ];
  for (const [text, block] of cases) assert.deepEqual(addressBlock(text), block, text);
});

test('an address lies in the blocks of its own kind alone', () => {
  const blocks = ['10.0.0.0/8', '10.1.2.3/32', '0:0:0:0:0:0:0:0/0', '2001:db8:0:0:0:0:0:0/32'];
  assert.deepEqual(blocksAround('10.1.2.3', blocks), ['10.0.0.0/8', '10.1.2.3/32']);
  assert.deepEqual(blocksAround('::ffff:10.1.2.3', blocks), ['10.0.0.0/8', '10.1.2.3/32']);
  assert.deepEqual(blocksAround('2001:db8:ff::1', blocks), ['0:0:0:0:0:0:0:0/0', '2001:db8:0:0:0:0:0:0/32']);
  assert.deepEqual(blocksAround('192.0.2.1', blocks), []);
});

test('what a proxy says is no address lies in no block', () => {
  for (const address of ['unknown', '', '10.0.0.1:4711']) assert.deepEqual(blocksAround(address, ['10.0.0.0/8']), []);
});
