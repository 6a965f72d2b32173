import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Whether a link in a path's last place is followed, or is an error. */
export type Links = 'follow' | 'refuse';

/**
 * Reads a file that is no device and no FIFO, and not larger than that.
 *
 * @throws NodeJS.ErrnoException as `open`, or Error
 */
export async function readRegularFile(
  file: string,
  { links, maxBytes }: { readonly links: Links; readonly maxBytes: number },
): Promise<Buffer> {
  await using handle = await openRegularFile(file, links);
  const chunks: Buffer[] = [];
  let size = 0;
  // One byte more than allowed tells, even where the file grows meanwhile.
  for await (const chunk of handle.createReadStream({ end: maxBytes, autoClose: false })) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  if (size > maxBytes) throw new Error(`the file has more than ${maxBytes} bytes`);
  return Buffer.concat(chunks);
}

/** Opens a file to be read, without waiting for a writer. */
export async function openRegularFile(file: string, links: Links): Promise<FileHandle> {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const handle = await open(file, O_RDONLY | O_NONBLOCK | (links === 'refuse' ? O_NOFOLLOW : 0));
  try {
    if (!(await handle.stat()).isFile()) throw new Error('it is no regular file');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}
