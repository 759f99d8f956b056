/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link FilePairingStore}.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "SKIPPED: permissions are those of POSIX")
class FilePairingStoreTests extends AbstractPairingStoreTests {

	@TempDir
	private Path parent;

	@Override
	protected PairingStore store() {
		return new FilePairingStore(directory(), false);
	}

	private Path directory() {
		return this.parent.resolve("state").resolve("pairing");
	}

	private Path file() {
		return directory().resolve(this.name + ".entry");
	}

	@Test
	void createdFilesAreAccessibleToOwnerOnly() throws IOException {
		storeWith(Map.of(this.name, SECRET));
		assertThat(mode(this.parent.resolve("state"))).isEqualTo("rwx------");
		assertThat(mode(directory())).isEqualTo("rwx------");
		try (Stream<Path> files = Files.list(directory())) {
			assertThat(files).contains(file()).allSatisfy((file) -> assertThat(mode(file)).isEqualTo("rw-------"));
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "rwxr-----", "rwx-w----", "rwx--x---", "rwx---r--", "rwx----w-", "rwx-----x", "rwxrwxrwx" })
	void refusesADirectoryThatIsOpenToOthers(String mode) throws IOException {
		PairingStore store = storeWith(Map.of(this.name, SECRET));
		chmod(directory(), mode);
		String command = "Run 'chmod 700 " + directory().toRealPath() + "'.";
		assertFails(this::store, command);
		assertFails(() -> store.read(this.name), command);
		assertFails(() -> store.write(this.name, null, "2"), command);
		chmod(directory(), "rwx------");
		assertThat(read(store, this.name).text()).isEqualTo(SECRET);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rwx------" })
	void refusesAFileThatIsOpenToOthers(String mode) throws IOException {
		PairingStore store = storeWith(Map.of(this.name, SECRET));
		chmod(file(), mode);
		assertUntouched(store, "Run 'chmod 600 " + file().toRealPath() + "'.");
	}

	@Test
	void refusesADirectoryOfAnotherUser() throws IOException {
		Path directory = Files.createDirectory(this.parent.resolve("pairing"));
		chmod(directory, "rwx------");
		giveAway(directory);
		assertFails(() -> new FilePairingStore(directory, false), "belongs to another user. Run 'chown ");
	}

	@Test
	void refusesAFileOfAnotherUser() throws IOException {
		PairingStore store = storeWith(Map.of(this.name, SECRET));
		giveAway(file());
		assertUntouched(store, "belongs to another user. Run 'chown ");
	}

	@Test
	void refusesADirectoryThatAnotherUserPutInItsPlace() throws IOException {
		PairingStore store = storeWith(Map.of(this.name, SECRET));
		giveAway(file());
		giveAway(directory());
		assertUntouched(store, "belongs to another user. Run 'chown ");
	}

	@Test
	void refusesADirectoryThatIsAFile() throws IOException {
		Path file = Files.createFile(this.parent.resolve("pairing"));
		assertFails(() -> new FilePairingStore(file, false), "cannot be kept in directory '" + file);
	}

	@Test
	void readWhenDirectoryWasDeletedThrows() throws IOException {
		PairingStore store = store();
		Files.move(directory(), this.parent.resolve("elsewhere"));
		assertFails(() -> store.read(this.name), "NoSuchFileException");
		assertFails(() -> store.write(this.name, null, "1"), "NoSuchFileException");
	}

	@Test
	void refusesAFileSystemWithoutPermissionsUnlessEncrypted() throws IOException {
		try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + this.parent.resolve("a.zip").toUri()),
				Map.of("create", "true"))) {
			assertFails(() -> new FilePairingStore(zip.getPath("/pairing"), false), "has no POSIX permissions",
					"'airlock.gateway.pairing.store.key'");
		}
	}

	@Test
	void directoryCanBeSymbolicLink() throws IOException {
		storeWith(Map.of(this.name, SECRET));
		Path link = Files.createSymbolicLink(this.parent.resolve("link"), directory());
		assertThat(read(new FilePairingStore(link, false), this.name).text()).isEqualTo(SECRET);
	}

	@Test
	void doesNotFollowALinkToAnEntry() throws IOException {
		PairingStore store = storeWith(Map.of(this.name, SECRET));
		Path elsewhere = this.parent.resolve("elsewhere");
		Files.move(file(), elsewhere);
		Files.createSymbolicLink(file(), elsewhere);
		assertFails(() -> store.read(this.name), file().getFileName() + "' is not a regular file");
		assertFails(() -> store.write(this.name, null, "2"), file().getFileName() + "' is not a regular file");
		assertThat(file()).isSymbolicLink();
	}

	@ParameterizedTest
	@ValueSource(strings = { ".new", ".lock" })
	void doesNotWriteThroughALinkOfItsOwnFiles(String own) throws IOException {
		PairingStore store = store();
		Path victim = Files.writeString(this.parent.resolve("victim"), "untouched");
		Files.deleteIfExists(directory().resolve(own));
		Files.createSymbolicLink(directory().resolve(own), victim);
		try {
			store.write(this.name, null, "1");
		}
		catch (PairingStoreException ex) {
			assertThat(own).isEqualTo(".lock");
		}
		assertThat(victim).hasContent("untouched");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "half a", "airlock-entry 2\n" })
	void writeReplacesFileLeftByCrash(String left) throws IOException {
		PairingStore store = storeWith(Map.of(this.name, "1"));
		Files.writeString(directory().resolve(".new"), left);
		assertThat(read(store, this.name).text()).isEqualTo("1");
		assertThat(store.write(this.name, read(store, this.name), "2")).isTrue();
		assertThat(read(store(), this.name).text()).isEqualTo("2");
		assertThat(directory().resolve(".new")).doesNotExist();
	}

	@Test
	void constructorRemovesFileLeftByCrash() throws IOException {
		storeWith(Map.of(this.name, "1"));
		Files.writeString(directory().resolve(".new"), SECRET);
		assertThat(read(store(), this.name).text()).isEqualTo("1");
		assertThat(directory().resolve(".new")).doesNotExist();
	}

	@Test
	void anInterruptedThreadCanRead() {
		PairingStore store = storeWith(Map.of(this.name, SECRET));
		Thread.currentThread().interrupt();
		assertThat(read(store, this.name).text()).isEqualTo(SECRET);
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void writeWhenFileIsDamagedThrows() throws IOException {
		PairingStore store = storeWith(Map.of(this.name, SECRET));
		change((content) -> content.substring(1));
		assertUntouched(store, "is damaged. Restore file '%s'".formatted(file().getFileName()));
	}

	@Test
	void anInterruptedWriteLeavesTheEntryAndTheInterruption() {
		PairingStore store = storeWith(Map.of(this.name, "1"));
		Thread.currentThread().interrupt();
		assertFails(() -> store.write(this.name, null, "2"), "Interrupt");
		assertThat(Thread.interrupted()).isTrue();
		assertThat(read(store, this.name).text()).isEqualTo("1");
	}

	private void change(UnaryOperator<String> change) throws IOException {
		Files.writeString(file(), change.apply(Files.readString(file())));
	}

	private void assertUntouched(PairingStore store, String told) throws IOException {
		byte[] content = Files.readAllBytes(file());
		assertFails(() -> store.read(this.name), told);
		assertFails(() -> store.write(this.name, null, "2"), told);
		assertFails(() -> store.write(this.name, null, null), told);
		assertThat(file()).hasBinaryContent(content);
	}

	private static void assertFails(Runnable action, String... told) {
		assertThatExceptionOfType(PairingStoreException.class).isThrownBy(action::run)
			.withMessageContainingAll(told)
			.withMessageNotContaining("rt_7c1f");
	}

	private static String mode(Path path) {
		return ThrowingSupplier.of(() -> PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).get();
	}

	private static void chmod(Path path, String mode) throws IOException {
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
	}

	private static void giveAway(Path path) throws IOException {
		assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: only root gives files away");
		Files.setAttribute(path, "unix:uid", 54321);
	}

}
