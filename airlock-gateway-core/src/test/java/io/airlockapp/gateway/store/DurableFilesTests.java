package io.airlockapp.gateway.store;

import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DurableFiles}.
 */
class DurableFilesTests {

	@TempDir
	private Path directory;

	@Test
	void createsAFileInPlaceOfAnother() throws Exception {
		Path file = Files.writeString(this.directory.resolve("file"), "a longer text");
		DurableFiles.create(file, new byte[] { 'a', 'b' });
		assertThat(file).hasContent("ab");
	}

	@Test
	void anInterruptionStopsWriting() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(ClosedByInterruptException.class)
			.isThrownBy(() -> DurableFiles.create(this.directory.resolve("file"), new byte[1]));
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	@DisabledOnOs(value = OS.WINDOWS, disabledReason = "SKIPPED: directories can't be opened")
	void anInterruptionThatComesTooLateIsKept() throws Exception {
		Thread.currentThread().interrupt();
		DurableFiles.sync(this.directory);
		assertThat(Thread.interrupted()).isTrue();
	}

}
