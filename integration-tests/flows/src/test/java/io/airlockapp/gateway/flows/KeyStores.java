/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Key stores with self-signed certificates.
 */
final class KeyStores {

	static final String PASSWORD = "changeit";

	private KeyStores() {
	}

	/**
	 * Create a key store.
	 * @param directory where to create it
	 * @param subjectAlternativeName who the certificate is for, such as
	 * {@code ip:127.0.0.1}
	 * @return the PKCS 12 file, which serves as a trust store too
	 */
	static Path create(Path directory, String subjectAlternativeName) throws IOException, InterruptedException {
		Path file = directory.resolve(subjectAlternativeName.replace(':', '-') + ".p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-J-XX:TieredStopAtLevel=1", "-genkeypair", "-alias", "gateway", "-keyalg", "EC", "-dname",
				"CN=gateway", "-ext", "san=" + subjectAlternativeName, "-storetype", "PKCS12", "-keystore",
				file.toString(), "-storepass", PASSWORD)
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve("keytool.log").toFile())
			.start();
		assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(keytool.exitValue()).as(Files.readString(directory.resolve("keytool.log"))).isZero();
		return file;
	}

}
