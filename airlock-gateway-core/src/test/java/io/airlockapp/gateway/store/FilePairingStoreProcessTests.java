/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.store.PairingStore.Entry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for a {@link FilePairingStore} that several processes share, and some of which
 * are killed.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "SKIPPED: permissions are those of POSIX")
class FilePairingStoreProcessTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final int PROCESSES = 3;

	private static final int INCREMENTS = 100;

	private final List<Process> processes = new ArrayList<>();

	@TempDir
	private Path parent;

	@AfterEach
	void stop() {
		this.processes.forEach(Process::destroyForcibly);
	}

	private PairingStore store() {
		return new FilePairingStore(this.parent.resolve("pairing"), false);
	}

	@Test
	void concurrentWritesOfProcessesAreNotLost() throws Exception {
		for (int i = 0; i < PROCESSES; i++) {
			start(Counter.class);
		}
		for (Process process : this.processes) {
			assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).as(() -> output(process)).isZero();
		}
		Entry entry = store().read("counter");
		assertThat(entry).isNotNull();
		assertThat(entry.text()).isEqualTo(String.valueOf(PROCESSES * INCREMENTS));
	}

	@RepeatedTest(5)
	void aKilledProcessLeavesAWholeEntryAndNoLock() throws Exception {
		Process writer = start(Writer.class);
		PairingStore store = store();
		Set<String> versions = new HashSet<>();
		await().atMost(LIMIT).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> {
			assertThat(writer.isAlive()).as(() -> output(writer)).isTrue();
			Entry entry = store.read("letters");
			if (entry != null) {
				assertWhole(entry);
				versions.add(entry.version());
			}
			return versions.size() > 10;
		});
		writer.destroyForcibly();
		assertThat(writer.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		Entry left = store().read("letters");
		assertThat(left).isNotNull();
		assertWhole(left);
		assertThat(store.write("letters", left, "next")).isTrue();
		assertThat(this.parent.resolve("pairing").resolve(".new")).doesNotExist();
	}

	@Test
	void aWriteThatIsCutShortLeavesTheEntry() throws Exception {
		PairingStore store = store();
		assertThat(store.write("letters", null, "whole")).isTrue();
		Entry entry = store.read("letters");
		// The shell's unit is 512 or 1024 bytes, so the text does not fit
		Process writer = start(Writer.class, "sh", "-c", "ulimit -f 40 && exec \"$@\"", "sh");
		assertThat(writer.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(output(writer)).contains("PairingStoreException", "File too large");
		assertThat(this.parent.resolve("pairing").resolve(".new")).isNotEmptyFile();
		assertThat(store.read("letters")).isEqualTo(entry);
		assertThat(store.write("letters", entry, "next")).isTrue();
		assertThat(this.parent.resolve("pairing").resolve(".new")).doesNotExist();
	}

	private static void assertWhole(Entry entry) {
		assertThat(entry.text()).isEqualTo(entry.text().substring(0, 1).repeat(Writer.SIZE));
	}

	private Process start(Class<?> program, String... prefix) throws IOException {
		List<String> command = new ArrayList<>(List.of(prefix));
		command.addAll(List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
				"-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp", System.getProperty("java.class.path"),
				program.getName(), this.parent.resolve("pairing").toString()));
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(log(this.processes.size()))
			.start();
		this.processes.add(process);
		return process;
	}

	private File log(int number) {
		return this.parent.resolve(number + ".log").toFile();
	}

	private String output(Process process) {
		try {
			return Files.readString(log(this.processes.indexOf(process)).toPath());
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	static final class Counter {

		public static void main(String[] args) {
			PairingStore store = new FilePairingStore(Path.of(args[0]), false);
			for (int i = 0; i < INCREMENTS; i++) {
				Entry entry;
				int count;
				do {
					entry = store.read("counter");
					count = (entry != null) ? Integer.parseInt(entry.text()) : 0;
				}
				while (!store.write("counter", entry, String.valueOf(count + 1)));
			}
		}

	}

	static final class Writer {

		static final int SIZE = 64 * 1024;

		public static void main(String[] args) {
			PairingStore store = new FilePairingStore(Path.of(args[0]), false);
			for (char letter = 'a';; letter = (letter != 'z') ? (char) (letter + 1) : 'a') {
				store.write("letters", store.read("letters"), String.valueOf(letter).repeat(SIZE));
			}
		}

	}

}
