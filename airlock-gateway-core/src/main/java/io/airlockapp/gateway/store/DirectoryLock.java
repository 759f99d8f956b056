package io.airlockapp.gateway.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Lock for the use of a directory by one thread of one process at a time.
 */
final class DirectoryLock {

	/**
	 * Locks of files are between processes only, and lost when a process closes the file
	 * anywhere.
	 */
	private static final Map<Path, Lock> LOCKS = new ConcurrentHashMap<>();

	private final PrivateDirectory directory;

	private final Lock threads;

	DirectoryLock(PrivateDirectory directory) {
		this.directory = directory;
		this.threads = LOCKS.computeIfAbsent(directory.path(), (path) -> new ReentrantLock());
	}

	/**
	 * Run an action while nobody else uses the directory.
	 * @throws IOException if the action fails, or the file can't be locked
	 */
	<T> @Nullable T call(Action<T> action) throws IOException {
		this.threads.lock();
		try (FileChannel channel = this.directory.openLockFile()) {
			channel.lock();
			return action.call();
		}
		catch (OverlappingFileLockException ex) {
			throw new IOException("another class loader of this process uses it", ex);
		}
		finally {
			this.threads.unlock();
		}
	}

	/**
	 * Callback that uses the locked directory.
	 *
	 * @param <T> the type of the result
	 */
	interface Action<T> {

		@Nullable T call() throws IOException;

	}

}
