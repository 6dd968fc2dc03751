// What stands on a paper: the text of a PDF as our own press writes it, enough to find the address that is printed on it.

import { constants, inflateSync } from 'node:zlib';

/** The first match of `pattern` in the words of a PDF, or nothing. */
export function findInPaper(pdf, pattern) {
  const streams = streamsOf(pdf);
  const alphabets = streams.filter((stream) => stream.includes('beginbfchar')).map(alphabetOf);
  const words = streams.flatMap(shownIn);
  // Which alphabet belongs to a word is not looked up: in the wrong one it makes no sense, and matches nothing.
  for (const alphabet of alphabets) {
    for (const word of words) {
      const found = read(word, alphabet).match(pattern);
      if (found) return found;
    }
  }
  return undefined;
}

function streamsOf(pdf) {
  const text = pdf.toString('latin1');
  return [...text.matchAll(/stream\r?\n/g)].flatMap((start) => {
    try {
      const packed = pdf.subarray(start.index + start[0].length);
      return [inflateSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1')];
    } catch {
      // The words `endstream` and a picture that is packed otherwise are no streams of ours.
      return [];
    }
  });
}

/** From the number of a glyph to its letters. */
function alphabetOf(stream) {
  const pairs = [...stream.matchAll(/<([0-9A-F]{4})> <([0-9A-F]+)>/g)];
  return new Map(pairs.map(([, glyph, letters]) => [parseInt(glyph, 16), lettersOf(letters)]));
}

function lettersOf(hex) {
  return Buffer.from(hex, 'hex').swap16().toString('utf16le');
}

/** The strings that are shown, glyph by glyph: `[(…)-60<…>] TJ` is one string of two pieces. */
function shownIn(stream) {
  return [...stream.matchAll(/\[((?:\((?:[^\\()]|\\[^])*\)|<[0-9A-F]*>|[-\d. ])*)\] ?TJ/g)].map(([, pieces]) => {
    const strings = [...pieces.matchAll(/\(((?:[^\\()]|\\[^])*)\)|<([0-9A-F]*)>/g)];
    return strings.map(([, plain, hex]) => (hex === undefined ? unescaped(plain) : bytesOf(hex))).join('');
  });
}

function bytesOf(hex) {
  return Buffer.from(hex, 'hex').toString('latin1');
}

const ESCAPES = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function unescaped(string) {
  return string.replace(/\\([0-7]{1,3}|[^])/g, (_, code) => {
    return /^[0-7]/.test(code) ? String.fromCharCode(parseInt(code, 8)) : (ESCAPES[code] ?? code);
  });
}

function read(word, alphabet) {
  const bytes = Buffer.from(word, 'latin1');
  let text = '';
  for (let place = 0; place + 1 < bytes.length; place += 2) text += alphabet.get(bytes.readUInt16BE(place)) ?? '';
  return text;
}
