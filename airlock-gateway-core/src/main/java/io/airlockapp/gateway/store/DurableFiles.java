package io.airlockapp.gateway.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/**
 * Writes files that survive a power failure.
 */
final class DurableFiles {

	private DurableFiles() {
	}

	/**
	 * Create a file, in place of one that is there, and write it to the disk.
	 */
	static void create(Path file, byte[] content, FileAttribute<?>... attributes) throws IOException {
		Files.deleteIfExists(file);
		try (FileChannel channel = FileChannel.open(file,
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
			ByteBuffer remaining = ByteBuffer.wrap(content);
			while (remaining.hasRemaining()) {
				channel.write(remaining);
			}
			channel.force(true);
		}
	}

	/**
	 * Write to the disk which files a directory has. They are in place by now, so an
	 * interruption of the thread comes too late, and is kept for what follows.
	 */
	static void sync(Path directory) throws IOException {
		boolean interrupted = false;
		try {
			while (true) {
				try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
					channel.force(true);
					return;
				}
				catch (ClosedByInterruptException ex) {
					interrupted |= Thread.interrupted();
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
