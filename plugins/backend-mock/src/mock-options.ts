/** What a test may ask of the made-up packages. */
export interface BackendMockOptions {
  /** Package names that nothing resolves. */
  readonly unknown?: readonly string[];
  /** Package names whose installation fails. */
  readonly failing?: readonly string[];
  /** Versions by package name, as a mirror has them today; one word. Others have a version that never changes. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Whether the tool of the image can bring up to date one package alone. Default true. */
  readonly upgradesOne?: boolean;
}
