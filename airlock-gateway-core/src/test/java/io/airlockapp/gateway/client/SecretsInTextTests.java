/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.AccessTokens;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.auth.IdentityInterceptor;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.support.Ticker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests that no secret is in the text of records and exceptions, nor in the log of the
 * HTTP client at its most detailed level.
 */
class SecretsInTextTests extends AbstractEndpointTests {

	private static final Set<String> SECRET_NAMES = Set.of("pat", "bearerToken", "clientSecret", "routingToken",
			"encryptionKey", "pairingCode", "pairingNonce", "responseJson", "metadata", "body", "userCode",
			"verificationUriComplete", "text");

	private static final List<String> SECRETS = List.of(GatewayClients.PAT, "secret-1", "routing-token-1", "123456",
			"routing-token-2", "654321");

	static Stream<Class<?>> records() {
		return new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("io.airlockapp.gateway.client", "io.airlockapp.gateway.auth")
			.stream()
			.filter((type) -> type.isRecord() && type.getModifiers().contains(JavaModifier.PUBLIC))
			.map(JavaClass::reflect);
	}

	@ParameterizedTest
	@MethodSource("records")
	void recordTextContainsNoSecrets(Class<?> type) throws ReflectiveOperationException {
		String text = newRecord(type).toString();
		assertThat(text).startsWith(type.getSimpleName());
		for (RecordComponent component : type.getRecordComponents()) {
			if (SECRET_NAMES.contains(component.getName())) {
				assertThat(text).doesNotContain(valueOf(component.getName()));
			}
		}
	}

	@Test
	void recordsContainThoseWithSecrets() {
		assertThat(records())
			.contains(Envelope.class, ArtifactSubmission.class, InitiatedPairing.class, PairingClaim.class,
					PairingCode.class, PairingStatus.class, PairingRevocation.class, ClaimedPairing.class,
					GatewayCredentials.class)
			.hasSizeGreaterThan(20);
	}

	@Test
	void pairingTextContainsNoSecrets() {
		String key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
		EncryptionKey encryptionKey = EncryptionKey.parse(key);
		assertThat(encryptionKey.toString()).doesNotContain(key, "00010203", "[0, 1");
		assertThat(new Pairing("routing-token-1", encryptionKey,
				List.of(SignerKey.of("key-1", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")))
			.toString()).doesNotContain("routing-token-1", key, "00010203", "[0, 1");
	}

	@Test
	void credentialsTextContainsNoSecrets() {
		GatewayCredentials credentials = new GatewayCredentials("airpat_1", "jwt-1", "client-1", "secret-1", null);
		assertThat(credentials.toString()).isEqualTo("GatewayCredentials[pat + client]");
		assertThat(new IdentityInterceptor(URI.create("https://example.org"), credentials,
				new AccessTokens(credentials, null, Duration.ZERO, Ticker.system()))
			.toString()).doesNotContain("airpat_1", "jwt-1", "secret-1");
	}

	@Test
	void failureTextContainsNoSecrets() throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = socket.getLocalPort();
		}
		AirlockGatewayTemplate unreachable = clients.withPatAndClient("http://localhost:" + port);
		for (GatewayCall call : GatewayCall.values()) {
			AirlockGatewayException ex = catchThrowableOfType(AirlockGatewayException.class,
					() -> call.on(unreachable));
			StringWriter trace = new StringWriter();
			ex.printStackTrace(new PrintWriter(trace));
			assertThat(trace.toString()).contains("ConnectException").doesNotContain(SECRETS);
		}
	}

	@Test
	void httpClientLogContainsNoSecrets() {
		answer(200, """
				{"pairingNonce":"n","pairingCode":"654321","routingToken":"routing-token-2","responseJson":"{}",
				"body":{"metadata":{"routingToken":"routing-token-2"}}}""");
		Logger logger = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
		Logger spring = (Logger) LoggerFactory.getLogger("org.springframework");
		Level level = spring.getLevel();
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		logger.addAppender(appender);
		spring.setLevel(Level.TRACE);
		try {
			Arrays.stream(GatewayCall.values()).forEach((call) -> call.on(template));
		}
		finally {
			spring.setLevel(level);
			logger.detachAppender(appender);
		}
		assertThat(appender.list).extracting(ILoggingEvent::getFormattedMessage)
			.anySatisfy((message) -> assertThat(message).contains("Writing [PairingRevocation"))
			.allSatisfy((message) -> assertThat(message).doesNotContain(SECRETS));
	}

	private static Object newRecord(Class<?> type) throws ReflectiveOperationException {
		RecordComponent[] components = type.getRecordComponents();
		Object[] values = new Object[components.length];
		for (int i = 0; i < values.length; i++) {
			values[i] = newValue(components[i]);
		}
		Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
		Constructor<?> constructor = type.getDeclaredConstructor(types);
		constructor.setAccessible(true);
		return constructor.newInstance(values);
	}

	private static Object newValue(RecordComponent component) throws ReflectiveOperationException {
		Class<?> type = component.getType();
		String value = valueOf(component.getName());
		if (type == JsonNode.class) {
			return JsonNodeFactory.instance.objectNode().put("member", value);
		}
		if (type == Map.class) {
			return Map.of("member", value);
		}
		if (type.isRecord()) {
			return newRecord(type);
		}
		if (type.isEnum()) {
			return type.getEnumConstants()[0];
		}
		Map<Class<?>, Object> others = Map.of(Instant.class, Instant.EPOCH, Duration.class, Duration.ZERO, List.class,
				List.of(), URI.class, URI.create("https://example.org/" + value), int.class, 1, Integer.class, 1,
				long.class, 1L, boolean.class, true);
		return others.getOrDefault(type, value);
	}

	private static String valueOf(String name) {
		return "the-value-of-" + name;
	}

}
