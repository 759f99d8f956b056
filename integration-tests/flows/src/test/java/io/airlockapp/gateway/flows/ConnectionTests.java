/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A gateway that is reached over TLS, through what an organization puts in between.
 */
class ConnectionTests {

	private static final String[] PROXY = { "https.proxyHost", "https.proxyPort", "http.nonProxyHosts" };

	@RegisterExtension
	private final PayoutApplication application = new PayoutApplication();

	private final Map<String, String> properties = new LinkedHashMap<>();

	private final AirlockSimulator simulator = AirlockSimulator.start();

	private WireMockServer gateway;

	@TempDir
	private Path directory;

	private Path keyStore;

	@BeforeEach
	void startGateway() throws Exception {
		for (String name : PROXY) {
			this.properties.put(name, System.getProperty(name));
		}
		this.keyStore = KeyStores.create(this.directory, "ip:127.0.0.1");
		this.gateway = new WireMockServer(wireMockConfig().dynamicHttpsPort()
			.httpDisabled(true)
			.keystorePath(this.keyStore.toString())
			.keystoreType("PKCS12")
			.keystorePassword(KeyStores.PASSWORD)
			.keyManagerPassword(KeyStores.PASSWORD));
		this.gateway.start();
		this.gateway.stubFor(any(anyUrl()).willReturn(aResponse().proxiedFrom(this.simulator.baseUrl())));
	}

	@AfterEach
	void stop() {
		this.properties.forEach((name, value) -> {
			if (value != null) {
				System.setProperty(name, value);
			}
			else {
				System.clearProperty(name);
			}
		});
		this.application.close();
		this.gateway.stop();
		this.simulator.close();
	}

	@Test
	void goesThroughTheProxyOfThePlatform() throws Exception {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		try (ConnectProxy proxy = new ConnectProxy()) {
			System.setProperty("https.proxyHost", "127.0.0.1");
			System.setProperty("https.proxyPort", String.valueOf(proxy.port()));
			System.setProperty("http.nonProxyHosts", "");
			start(this.keyStore);
			this.application.callAndAssertRun();
			assertThat(proxy.tunnels()).isNotEmpty()
				.allMatch(("CONNECT 127.0.0.1:" + this.gateway.httpsPort() + " HTTP/1.1")::equals);
		}
	}

	@Test
	void usesAReloadedSslBundle() throws Exception {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		start(KeyStores.create(this.directory, "dns:former.invalid"));
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("certificate");
		reload(this.keyStore);
		this.application.callAndAssertRun();
		reload(KeyStores.create(this.directory, "dns:next.invalid"));
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(this.application.template()::echo)
			.withMessageContaining("certificate");
	}

	@Test
	void pendingApprovalOutlivesAReload() throws Exception {
		start(this.keyStore);
		CompletableFuture<Void> call = this.application.call();
		String requestId = this.simulator.awaitPending().requestId();
		await().until(() -> !this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION).isEmpty());
		reload(this.keyStore);
		this.simulator.approve(requestId);
		this.application.assertRuns(call);
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(1);
		assertThat(this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION)).hasSize(1);
	}

	private void start(Path trustStore) {
		this.application.startAt("https://127.0.0.1:" + this.gateway.httpsPort(), this.simulator,
				"airlock.gateway.ssl.bundle=gateway",
				"spring.ssl.bundle.jks.gateway.truststore.location=" + trustStore.toUri(),
				"spring.ssl.bundle.jks.gateway.truststore.type=PKCS12",
				"spring.ssl.bundle.jks.gateway.truststore.password=" + KeyStores.PASSWORD);
	}

	private void reload(Path trustStore) {
		SslStoreBundle stores = new JksSslStoreBundle(null,
				new JksSslStoreDetails("PKCS12", null, trustStore.toUri().toString(), KeyStores.PASSWORD));
		this.application.bean(SslBundleRegistry.class).updateBundle("gateway", SslBundle.of(stores));
	}

}
