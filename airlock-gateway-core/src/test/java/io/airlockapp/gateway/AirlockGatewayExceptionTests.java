/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

import io.airlockapp.gateway.client.GatewayError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AirlockGatewayException}.
 */
class AirlockGatewayExceptionTests {

	static Stream<IOException> rejectedCertificates() {
		return Stream.of(caused(new CertificateException("No subject alternative DNS name")),
				caused(new SSLHandshakeException("PKIX"), new CertPathValidatorException("Expired")),
				new SSLPeerUnverifiedException("Hostname not verified"));
	}

	static Stream<IOException> temporaryFailures() {
		return Stream.of(new SSLHandshakeException("Received fatal alert: internal_error"),
				new SSLHandshakeException("Received fatal alert: bad_certificate"),
				new SSLException("Unsupported or unrecognized SSL message"), new SSLException("closed"),
				caused(new EOFException("SSL peer shut down incorrectly")), caused(new SocketException("Reset")),
				new IOException("Connection reset"));
	}

	@ParameterizedTest
	@MethodSource("rejectedCertificates")
	void failureWhenCertificateIsRejectedIsPermanent(IOException cause) {
		AirlockGatewayException failure = new AirlockGatewayException("No connection", null, cause);
		assertThat(failure.isCertificateRejected()).isTrue();
		assertThat(failure.isTransient()).isFalse();
		assertThat(FailureMessages.forFailure(failure)).contains("certificate", "'airlock.gateway.ssl.bundle'");
	}

	@Test
	void certificateCheckWhenCausesAreCyclicEnds() {
		IOException first = new IOException("first");
		IOException second = new IOException("second", first);
		first.initCause(second);
		assertThat(AirlockGatewayException.safeMessage(first)).isEqualTo(IOException.class.getName());
		assertThat(new AirlockGatewayException("No connection", null, first).isCertificateRejected()).isFalse();
	}

	@ParameterizedTest
	@MethodSource("temporaryFailures")
	void failureWhenHandshakeFailsOtherwiseIsTransient(IOException cause) {
		AirlockGatewayException failure = new AirlockGatewayException("No connection", null, cause);
		assertThat(failure.isCertificateRejected()).isFalse();
		assertThat(failure.isTransient()).isTrue();
		assertThat(FailureMessages.forFailure(failure)).contains("'airlock.gateway.base-url'");
	}

	@ParameterizedTest
	@ValueSource(ints = { 300, 301, 302, 303, 307, 308 })
	void namesPropertyOfWrongAddressOnce(int status) {
		AirlockGatewayException failure = failure(status, null);
		assertThat(failure).hasMessageContaining("'airlock.gateway.base-url'");
		assertThat(FailureMessages.forFailure(failure)).isEqualTo(failure.getMessage());
	}

	@ParameterizedTest
	@CsvSource({ "401,", "401, unauthorized", "403,", "403, forbidden" })
	void namesPropertyOfWrongCredentialsOnce(int status, @Nullable String code) {
		AirlockGatewayException failure = failure(status, code);
		assertThat(failure).hasMessageContaining("'airlock.gateway.auth.*'");
		assertThat(FailureMessages.forFailure(failure)).isEqualTo(failure.getMessage());
	}

	@ParameterizedTest
	@ValueSource(strings = { "pairing_revoked", "quota_exceeded", "app_consent_required" })
	void doesNotBlameCredentialsForOtherRefusals(String code) {
		AirlockGatewayException failure = failure(403, code);
		assertThat(failure.getMessage()).doesNotContain("airlock.gateway.auth");
		assertThat(FailureMessages.forFailure(failure)).startsWith(failure.getMessage() + ". ")
			.doesNotContain("airlock.gateway.auth");
	}

	@Test
	void addsNoAdviceToMessageWithRemedy() {
		AirlockGatewayException failure = new IdentityUnavailableException("Nobody is signed in: sign in", null);
		assertThat(FailureMessages.forFailure(failure)).isEqualTo(failure.getMessage());
	}

	private static AirlockGatewayException failure(int status, @Nullable String code) {
		return new AirlockGatewayException(new GatewayError(status, code, null, null, null));
	}

	private static IOException caused(Throwable... causes) {
		Throwable failure = new SSLHandshakeException("Handshake");
		IOException result = (IOException) failure;
		for (Throwable cause : causes) {
			failure.initCause(cause);
			failure = cause;
		}
		return result;
	}

}
