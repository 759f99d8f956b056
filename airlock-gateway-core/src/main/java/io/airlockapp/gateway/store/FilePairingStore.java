package io.airlockapp.gateway.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * {@link PairingStore} with one file per entry, in a directory that is accessible to this
 * user only. Several processes of this machine may share the directory.
 */
public final class FilePairingStore implements PairingStore {

	private final PrivateDirectory directory;

	private final DirectoryLock lock;

	/**
	 * Create a store.
	 * @param path the directory, which is made if there is none
	 * @param encrypted whether what is written is encrypted: it has to be where the file
	 * system has no POSIX permissions
	 * @throws PairingStoreException if files can't be made there, or others may use it
	 */
	public FilePairingStore(Path path, boolean encrypted) {
		OwnerOnly ownerOnly = new OwnerOnly(path.getFileSystem());
		if (!ownerOnly.isEnforced() && !encrypted) {
			throw new PairingStoreException(("The file system of '%s' has no POSIX permissions, so who may read files "
					+ "there is not known. Set 'airlock.gateway.pairing.store.key', so that they are encrypted.")
				.formatted(path), null);
		}
		try {
			this.directory = PrivateDirectory.open(path, ownerOnly);
			this.lock = new DirectoryLock(this.directory);
			this.lock.call(() -> {
				this.directory.checkOwner();
				return true;
			});
		}
		catch (IOException ex) {
			throw new PairingStoreException(
					"Pairings can't be kept in directory '%s' (%s). Name one that ".formatted(path, ex)
							+ "the application's user may write to.",
					ex);
		}
	}

	@Override
	public @Nullable Entry read(String name) {
		String file = EntryFile.nameOf(name);
		return call(name, () -> read(name, file));
	}

	@Override
	public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
		String file = EntryFile.nameOf(name);
		Entry replacement = (text != null) ? new Entry(EntryRules.requireText(text), UUID.randomUUID().toString())
				: null;
		return Boolean.TRUE.equals(call(name, () -> {
			if (!Objects.equals(version(read(name, file)), version(expected))) {
				return false;
			}
			if (replacement != null) {
				this.directory.replace(file, EntryFile.encode(name, replacement));
			}
			else {
				this.directory.delete(file);
			}
			return true;
		}));
	}

	private @Nullable Entry read(String name, String file) throws IOException {
		byte[] content = this.directory.read(file, EntryFile.MAX_SIZE);
		if (content == null) {
			return null;
		}
		Entry entry = EntryFile.decode(name, content);
		if (entry == null) {
			throw new PairingStoreException(
					("Entry '%s' is damaged. Restore file '%s' of directory '%s', or delete it, "
							+ "so that the entry is made anew. Nothing was overwritten.")
						.formatted(name, file, this.directory.path()),
					null);
		}
		return entry;
	}

	private static @Nullable String version(@Nullable Entry entry) {
		return (entry != null) ? entry.version() : null;
	}

	private <T> @Nullable T call(String name, DirectoryLock.Action<T> action) {
		try {
			this.directory.check();
			return this.lock.call(action);
		}
		catch (IOException ex) {
			throw new PairingStoreException("Entry '%s' can't be read or written in directory '%s' (%s)".formatted(name,
					this.directory.path(), ex), ex);
		}
	}

}
