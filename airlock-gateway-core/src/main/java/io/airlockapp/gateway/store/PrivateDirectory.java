package io.airlockapp.gateway.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Directory whose files only the user who runs this process may read or write. Files are
 * replaced as a whole, and links in it are not followed.
 */
final class PrivateDirectory {

	/**
	 * Where a file is written before it takes its place. What is left of it after a crash
	 * is not read.
	 */
	private static final String NEW_FILE = ".new";

	private final Path path;

	private final OwnerOnly ownerOnly;

	private volatile @Nullable UserPrincipal owner;

	private PrivateDirectory(Path path, OwnerOnly ownerOnly) {
		this.path = path;
		this.ownerOnly = ownerOnly;
	}

	/**
	 * Open a directory, which is made if there is none.
	 * @param path the directory, or a link to it
	 * @param ownerOnly how it is kept from others
	 * @throws IOException if it can't be made
	 * @throws PairingStoreException if others may use it
	 */
	static PrivateDirectory open(Path path, OwnerOnly ownerOnly) throws IOException {
		if (!Files.isDirectory(path)) {
			Files.createDirectories(path, ownerOnly.directoryAttributes());
		}
		PrivateDirectory directory = new PrivateDirectory(path.toRealPath(), ownerOnly);
		directory.check();
		return directory;
	}

	Path path() {
		return this.path;
	}

	/**
	 * Check the directory, which somebody may have opened to others, or put another in
	 * its place.
	 * @throws PairingStoreException if others may use it
	 */
	void check() throws IOException {
		this.ownerOnly.checkDirectory(this.path);
		this.ownerOnly.checkOwner(this.path, this.owner);
	}

	/**
	 * Check that files can be made, and that the directory belongs to who makes them, now
	 * and from then on.
	 * @throws IOException if no file can be made
	 * @throws PairingStoreException if it belongs to another user
	 */
	void checkOwner() throws IOException {
		Path file = create(new byte[0]);
		try {
			this.owner = this.ownerOnly.owner(file);
			this.ownerOnly.checkOwner(this.path, this.owner);
		}
		finally {
			Files.delete(file);
		}
	}

	/**
	 * Open the file that is locked by who uses the directory.
	 */
	FileChannel openLockFile() throws IOException {
		return FileChannel.open(this.path.resolve(".lock"),
				Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
				this.ownerOnly.fileAttributes());
	}

	/**
	 * Read a file.
	 * @param name the file's name
	 * @param limit the number of bytes after which reading ends
	 * @return its content, or {@code null} if there is no such file
	 * @throws PairingStoreException if others may use it
	 */
	byte @Nullable [] read(String name, int limit) throws IOException {
		Path file = this.path.resolve(name);
		try {
			if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isRegularFile()) {
				throw new IOException("'%s' is no regular file".formatted(file));
			}
			this.ownerOnly.checkFile(file);
			this.ownerOnly.checkOwner(file, this.owner);
			try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
				return content.readNBytes(limit);
			}
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/**
	 * Replace a file, or make it. After a crash there is the old file or the new one.
	 */
	void replace(String name, byte[] content) throws IOException {
		Files.move(create(content), this.path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
		sync();
	}

	void delete(String name) throws IOException {
		Files.deleteIfExists(this.path.resolve(name));
		sync();
	}

	private Path create(byte[] content) throws IOException {
		Path file = this.path.resolve(NEW_FILE);
		DurableFiles.create(file, content, this.ownerOnly.fileAttributes());
		return file;
	}

	private void sync() throws IOException {
		// Elsewhere directories can't be opened
		if (this.ownerOnly.isEnforced()) {
			DurableFiles.sync(this.path);
		}
	}

}
