import { describe, expect, it } from '@jest/globals';
import { encodingOf, toUtf8 } from '../../../lambdas/shared/encoding.ts';

const TEXT = 'Zeile 1: größer\r\nZeile 2\r\n';
const utf16le = Buffer.from(TEXT, 'utf16le');
const utf16be = Buffer.from(utf16le).swap16();

describe('what a Windows program wrote', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT), 'utf-8', TEXT],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${TEXT}`), 'utf-8', TEXT],
    ['UTF-8, cut within a character', Buffer.from('größe').subarray(0, 4), 'utf-8', 'gr\u00f6'],
    ['UTF-16, little end first', utf16le, 'utf-16le', TEXT],
    ['with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le]), 'utf-16le', TEXT],
    ['UTF-16, big end first', utf16be, 'utf-16be', TEXT],
    ['with its mark', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be]), 'utf-16be', TEXT],
    ['a code page', Buffer.from(TEXT, 'latin1'), 'windows-1252', TEXT],
    ['nothing', Buffer.alloc(0), 'utf-8', ''],
  ])('%s', async (_name, bytes, encoding, text) => {
    expect(encodingOf(bytes)).toBe(encoding);
    // One byte at a time: characters are cut everywhere.
    async function* chunks() {
      for (const byte of bytes) yield Buffer.from([byte]);
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of toUtf8(encodingOf(bytes), chunks())) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe(text);
  });
});
