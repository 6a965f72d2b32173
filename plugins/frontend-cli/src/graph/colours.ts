interface Colours {
  readonly fill: string;
  readonly line: string;
}

/** Of layers by what the last build did. Nobody depends on them: the words say the same. */
export const COLOURS: Readonly<Record<'built' | 'reused' | 'unknown', Colours>> = {
  built: { fill: '#fff4e5', line: '#d9822b' },
  reused: { fill: '#e9f6ef', line: '#3d9970' },
  unknown: { fill: '#f3f5f8', line: '#8a94a6' },
};
