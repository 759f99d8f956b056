/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * {@link PairingStore} with one file per entry, in a directory that is accessible to this
 * user only. A file consists of a line with the format, a line with the version, and the
 * text. It is replaced atomically; symbolic links to it are not followed.
 */
public final class FilePairingStore implements PairingStore {

	private static final String FORMAT = "airlock-entry 2";

	private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

	private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

	/**
	 * File locks work between processes only.
	 */
	private static final ReentrantLock writers = new ReentrantLock();

	private final Path directory;

	private final boolean posix;

	/**
	 * The user of this process. Another one may open what is theirs at any time.
	 */
	private final @Nullable UserPrincipal owner;

	/**
	 * Create a store.
	 * @param path the directory, which is created if missing
	 * @param encrypted whether the entries are encrypted, which is required if the file
	 * system has no POSIX permissions
	 * @throws PairingStoreException if files cannot be created in the directory, or other
	 * users have access to it
	 */
	public FilePairingStore(Path path, boolean encrypted) {
		this.posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
		if (!this.posix && !encrypted) {
			throw new PairingStoreException(("The file system of '%s' has no POSIX permissions, so who may read files "
					+ "there is not known. Set 'airlock.gateway.pairing.store.key', so that they are encrypted.")
				.formatted(path));
		}
		try {
			if (!Files.isDirectory(path)) {
				Files.createDirectories(path, attributes(DIRECTORY));
			}
			this.directory = path.toRealPath();
			check(this.directory, "700", DIRECTORY);
			this.owner = locked(() -> {
				Path file = create(new byte[0]);
				UserPrincipal user = this.posix ? Files.getOwner(file, LinkOption.NOFOLLOW_LINKS) : null;
				Files.delete(file);
				return user;
			});
			check(this.directory, "700", DIRECTORY);
		}
		catch (IOException | OverlappingFileLockException ex) {
			throw new PairingStoreException(
					"Pairings cannot be kept in directory '%s' (%s). Name one that ".formatted(path, ex)
							+ "the application's user may write to.",
					ex);
		}
	}

	@Override
	public @Nullable Entry read(String name) {
		String file = fileOf(name);
		try {
			return readFile(name, file);
		}
		catch (IOException ex) {
			throw failed(name, ex);
		}
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		String file = fileOf(name);
		byte[] content = (text != null)
				? String.join("\n", FORMAT, UUID.randomUUID().toString(), text).getBytes(StandardCharsets.UTF_8) : null;
		try {
			return Boolean.TRUE.equals(locked(() -> {
				if (!Objects.equals(version(readFile(name, file)), version(expected))) {
					return false;
				}
				if (content != null) {
					Files.move(create(content), this.directory.resolve(file), StandardCopyOption.ATOMIC_MOVE);
				}
				else {
					Files.deleteIfExists(this.directory.resolve(file));
				}
				sync();
				return true;
			}));
		}
		catch (IOException | OverlappingFileLockException ex) {
			throw failed(name, ex);
		}
	}

	private static String fileOf(String name) {
		return PairingStore.requireName(name) + ".entry";
	}

	private static @Nullable String version(@Nullable Entry entry) {
		return (entry != null) ? entry.version() : null;
	}

	private PairingStoreException failed(String name, Exception ex) {
		return new PairingStoreException(
				"Entry '%s' cannot be read or written in directory '%s' (%s)".formatted(name, this.directory, ex), ex);
	}

	private @Nullable Entry readFile(String name, String fileName) throws IOException {
		check(this.directory, "700", DIRECTORY);
		Path file = this.directory.resolve(fileName);
		byte[] content;
		try {
			if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isRegularFile()) {
				throw new IOException("'%s' is not a regular file".formatted(file));
			}
			check(file, "600", FILE);
			try (InputStream stream = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
				content = stream.readAllBytes();
			}
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		Entry entry = decode(content);
		if (entry == null) {
			throw new PairingStoreException(
					("Entry '%s' is damaged. Restore file '%s' of directory '%s', or delete it, "
							+ "so that the entry is created again. Nothing was overwritten.")
						.formatted(name, fileName, this.directory));
		}
		return entry;
	}

	private static @Nullable Entry decode(byte[] content) {
		try {
			String[] parts = StandardCharsets.UTF_8.newDecoder()
				.decode(ByteBuffer.wrap(content))
				.toString()
				.split("\n", 3);
			return (parts.length == 3 && parts[0].equals(FORMAT)) ? new Entry(parts[2], parts[1]) : null;
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	/**
	 * Run an action while no other thread or process writes.
	 */
	private <T> @Nullable T locked(Action<T> action) throws IOException {
		writers.lock();
		try (FileChannel channel = FileChannel.open(this.directory.resolve(".lock"),
				Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
				attributes(FILE))) {
			channel.lock();
			return action.call();
		}
		finally {
			writers.unlock();
		}
	}

	/**
	 * Write a new file to the disk. After a crash, a remaining file is not read.
	 */
	private Path create(byte[] content) throws IOException {
		Path file = this.directory.resolve(".new");
		Files.deleteIfExists(file);
		try (FileChannel channel = FileChannel.open(file,
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes(FILE))) {
			Channels.newOutputStream(channel).write(content);
			channel.force(true);
		}
		return file;
	}

	private void sync() throws IOException {
		// Directories can be opened on POSIX file systems only
		if (this.posix) {
			try (FileChannel channel = FileChannel.open(this.directory, StandardOpenOption.READ)) {
				channel.force(true);
			}
		}
	}

	private FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
		return this.posix ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(permissions) }
				: new FileAttribute<?>[0];
	}

	private void check(Path path, String mode, Set<PosixFilePermission> allowed) throws IOException {
		if (!this.posix) {
			return;
		}
		PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (!allowed.containsAll(attributes.permissions())) {
			throw new PairingStoreException(
					"'%s' is open to its group or to others. Run 'chmod %s %s'.".formatted(path, mode, path));
		}
		if (this.owner != null && !this.owner.equals(attributes.owner())) {
			throw new PairingStoreException(
					"'%s' belongs to another user. Run 'chown %s %s'.".formatted(path, this.owner.getName(), path));
		}
	}

	/**
	 * Callback that uses the locked directory.
	 *
	 * @param <T> the type of the result
	 */
	private interface Action<T> {

		@Nullable T call() throws IOException;

	}

}
