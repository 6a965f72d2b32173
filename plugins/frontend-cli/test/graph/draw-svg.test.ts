import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { drawSvg } from '../../src/graph/draw-svg.ts';
import { graphLayer, graphOf, hostileText, SAMPLE } from './graph-fixture.ts';

/** Refused where an XML parser does not take it. */
function checkXml(svg: string): void {
  execFileSync('xmllint', ['--noout', '--nonet', '-'], { input: svg, encoding: 'utf8', stdio: 'pipe' });
}

test('a picture shows each layer with its size, its time and whether it was reused', () => {
  const svg = drawSvg(graphOf(SAMPLE));

  checkXml(svg);
  for (const { name } of SAMPLE) expect(svg).toContain(`>${name}</text>`);
  expect(svg).toContain('>3.4 KiB, 12 entries</text>');
  expect(svg).toContain('>built in 900 ms</text>');
  expect(svg).toContain('>reused (900 ms to build)</text>');
  expect(svg).toContain('>was in the store already</text>');
  expect(svg.match(/class="edge"/gu)).toHaveLength(7);
});

test('a picture needs nothing from elsewhere', () => {
  const svg = drawSvg(graphOf(SAMPLE));

  expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|href|@import|<script|url\(/u);
});

test('where nothing is known of the builds, a picture says nothing of them', () => {
  const svg = drawSvg(graphOf([graphLayer('base', [], { lastBuild: null, buildMilliseconds: null })]));

  checkXml(svg);
  expect(svg).not.toMatch(/built|reused|circle/u);
});

test('whatever layers are called, a picture is XML with the same elements', () => {
  const elements = (name: string): readonly string[] => {
    const svg = drawSvg(graphOf([graphLayer(name, [], { kind: name })], name));
    checkXml(svg);
    return svg.match(/<\w+/gu) ?? [];
  };
  const usual = elements('base');
  fc.assert(
    fc.property(hostileText, (name) => {
      expect(elements(name)).toEqual(usual);
    }),
    { numRuns: 15 },
  );
});
