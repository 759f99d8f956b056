package io.airlockapp.gateway.store;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * POSIX permissions that restrict files and directories to their owner, where the file
 * system has such permissions.
 */
final class OwnerOnly {

	private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

	private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

	private final boolean posix;

	OwnerOnly(FileSystem fileSystem) {
		this.posix = fileSystem.supportedFileAttributeViews().contains("posix");
	}

	boolean isEnforced() {
		return this.posix;
	}

	/**
	 * Return what a directory is made with, so that it never is open to others.
	 */
	FileAttribute<?>[] directoryAttributes() {
		return attributes(DIRECTORY);
	}

	/**
	 * Return what a file is made with, before it has any content.
	 */
	FileAttribute<?>[] fileAttributes() {
		return attributes(FILE);
	}

	private FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
		return this.posix ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(permissions) }
				: new FileAttribute<?>[0];
	}

	/**
	 * Check a directory.
	 * @throws PairingStoreException if others may use it
	 */
	void checkDirectory(Path path) throws IOException {
		check(path, "700", DIRECTORY);
	}

	/**
	 * Check a file.
	 * @throws PairingStoreException if others may use it
	 */
	void checkFile(Path path) throws IOException {
		check(path, "600", FILE);
	}

	private void check(Path path, String mode, Set<PosixFilePermission> allowed) throws IOException {
		if (this.posix && !allowed.containsAll(attributes(path).permissions())) {
			throw new PairingStoreException(
					"'%s' is open to its group or to others. Run 'chmod %s %s'.".formatted(path, mode, path), null);
		}
	}

	/**
	 * Return who owns a file or directory, and so may open it to others at any time.
	 * @return the owner, or {@code null} if the file system has none
	 */
	@Nullable UserPrincipal owner(Path path) throws IOException {
		return this.posix ? attributes(path).owner() : null;
	}

	/**
	 * Check who owns a file or directory.
	 * @throws PairingStoreException if that is somebody else
	 */
	void checkOwner(Path path, @Nullable UserPrincipal owner) throws IOException {
		if (owner != null && !owner.equals(owner(path))) {
			throw new PairingStoreException(
					"'%s' belongs to another user. Run 'chown %s %s'.".formatted(path, owner.getName(), path), null);
		}
	}

	private static PosixFileAttributes attributes(Path path) throws IOException {
		return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
	}

}
