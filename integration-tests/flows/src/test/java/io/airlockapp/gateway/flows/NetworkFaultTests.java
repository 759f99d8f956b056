/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.flows.FaultProxy.Fault;
import io.airlockapp.gateway.simulator.RecordedCall;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Faults of the way to the gateway.
 */
@Tag("slow")
class NetworkFaultTests extends FaultTests {

	private static final String SUBMIT = "POST /v1/artifacts";

	private static final String WAIT = "/wait?";

	@Test
	void row01_deniesAfterTheDeadlineIfConnectionsAreRefused() {
		start("airlock.gateway.approval.timeout=1s");
		this.network.goDown();
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("airlock.gateway.base-url");
	}

	@Test
	void row01_triesAgainUntilConnectionsAreAccepted() {
		startApproving();
		this.network.resetNextConnections(2);
		this.application.callAndAssertRun();
	}

	@Test
	void row01_deniesAfterTheDeadlineIfTheHostIsUnknown() {
		this.application.startAt("http://gateway.invalid", this.simulator, "airlock.gateway.approval.timeout=1s",
				"airlock.gateway.allow-insecure-http=true");
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
			.hasMessageContaining("airlock.gateway.base-url");
	}

	@Test
	void row01_deniesAfterTheDeadlineIfConnectionsAreNotAccepted() throws IOException {
		List<Socket> waiting = new ArrayList<>();
		// Nobody accepts, and the system accepts no more than it is told to on its behalf
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			for (int i = 0; i < 4; i++) {
				Socket socket = new Socket();
				waiting.add(socket);
				try {
					socket.connect(server.getLocalSocketAddress(), 100);
				}
				catch (IOException ex) {
					// Full
				}
			}
			this.application.startAt("http://127.0.0.1:" + server.getLocalPort(), this.simulator,
					"airlock.gateway.approval.timeout=1s", "airlock.gateway.connect-timeout=200ms");
			assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class);
		}
		finally {
			for (Socket socket : waiting) {
				socket.close();
			}
		}
	}

	@Test
	void row02_deniesWithoutRetryIfTheCertificateIsNotTrusted(@TempDir Path directory) throws Exception {
		Path keyStore = KeyStores.create(directory, "ip:127.0.0.1");
		overTls(keyStore, (gateway) -> {
			try (FaultProxy counting = new FaultProxy("http://127.0.0.1:" + gateway.httpsPort())) {
				this.application.startAt("https://127.0.0.1:" + counting.port(), this.simulator);
				assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
					.hasMessageContaining("airlock.gateway.ssl.bundle");
				// The policies and the submission
				assertThat(counting.acceptedConnections()).isEqualTo(2);
			}
		});
	}

	@Test
	void row02_deniesWithoutRetryIfTheCertificateIsAnotherHosts(@TempDir Path directory) throws Exception {
		Path keyStore = KeyStores.create(directory, "dns:other.invalid");
		overTls(keyStore, (gateway) -> {
			try (FaultProxy counting = new FaultProxy("http://127.0.0.1:" + gateway.httpsPort())) {
				this.application.startAt("https://127.0.0.1:" + counting.port(), this.simulator, trusting(keyStore));
				assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class)
					.hasMessageContaining("certificate");
				// The policies and the submission
				assertThat(counting.acceptedConnections()).isEqualTo(2);
				assertThat(gateway.findAll(anyRequestedFor(anyUrl()))).isEmpty();
			}
		});
	}

	@Test
	void row02_triesAgainIfAHandshakeIsOnlyCutOff(@TempDir Path directory) throws Exception {
		Path keyStore = KeyStores.create(directory, "ip:127.0.0.1");
		approveAll();
		overTls(keyStore, (gateway) -> {
			try (FaultProxy resetting = new FaultProxy("http://127.0.0.1:" + gateway.httpsPort())) {
				resetting.resetNextConnections(1);
				this.application.startAt("https://127.0.0.1:" + resetting.port(), this.simulator, trusting(keyStore));
				this.application.callAndAssertRun();
			}
		});
	}

	@ParameterizedTest
	@MethodSource("interruptedHandshakes")
	void row02_triesAgainIfAHandshakeFailsOtherwise(byte[] answer, @TempDir Path directory) throws Exception {
		Path keyStore = KeyStores.create(directory, "ip:127.0.0.1");
		approveAll();
		overTls(keyStore, (gateway) -> {
			try (FaultProxy failing = new FaultProxy("http://127.0.0.1:" + gateway.httpsPort())) {
				// The policies, and the submission twice
				failing.answerNextConnections(3, answer);
				this.application.startAt("https://127.0.0.1:" + failing.port(), this.simulator, trusting(keyStore));
				this.application.callAndAssertRun();
			}
		});
	}

	static Stream<byte[]> interruptedHandshakes() {
		HexFormat hex = HexFormat.of();
		return Stream.of(hex.parseHex("15030300020228"), hex.parseHex("15030300020250"), hex.parseHex("15030300020270"),
				"HTTP/1.1 503 Starting\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
	}

	@Test
	void row02_losesNoApprovalToAForeignCertificate(@TempDir Path directory) throws Exception {
		Path keyStore = KeyStores.create(directory, "ip:127.0.0.1");
		Path foreignKeyStore = KeyStores.create(Files.createDirectory(directory.resolve("portal")), "ip:127.0.0.1");
		overTls(keyStore, (gateway) -> overTls(foreignKeyStore, (portal) -> {
			try (FaultProxy way = new FaultProxy("http://127.0.0.1:" + gateway.httpsPort())) {
				this.application.startAt("https://127.0.0.1:" + way.port(), this.simulator, trusting(keyStore));
				CompletableFuture<Void> call = this.application.call();
				String requestId = this.simulator.awaitPending().requestId();
				await().until(() -> !this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION).isEmpty());
				way.divertTo("http://127.0.0.1:" + portal.httpsPort());
				this.simulator.approve(requestId);
				int connections = way.acceptedConnections();
				await().until(() -> way.acceptedConnections() >= connections + 2);
				assertThat(call).isNotDone();
				way.divertTo(null);
				this.application.assertRuns(call);
			}
		}));
	}

	@Test
	void row03_sendsTheIdenticalBytesAgainAfterAReset() {
		startApproving();
		this.network.failNext(SUBMIT, Fault.resetAfterForwarding());
		this.network.failNext(SUBMIT, Fault.dropAnswer());
		this.network.failNext(SUBMIT, Fault.resetBeforeForwarding());
		this.application.callAndAssertRun();
		List<RecordedCall> submissions = this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT);
		assertThat(submissions).hasSize(3).extracting(RecordedCall::body).containsOnly(submissions.get(0).body());
		assertThat(this.network.requests(SUBMIT)).hasSize(4).containsOnly(this.network.requests(SUBMIT).get(0));
	}

	@Test
	void row11_pollsAgainAfterACut() {
		start("airlock.gateway.approval.poll-timeout=5s");
		this.network.failNext(WAIT, 2, Fault.cutAfter(Duration.ofMillis(500)));
		CompletableFuture<Void> call = this.application.call();
		await().until(() -> this.network.requests(WAIT).size() == 3);
		approveNext();
		this.application.assertRuns(call);
	}

	@Test
	void row11_sendsACallThatIsCutOnlyOnce() {
		start();
		this.network.failAll(WAIT, Fault.cutAfter(Duration.ofMillis(300)));
		this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION, SimulatedFault.delay(Duration.ofMinutes(1)));
		AirlockGatewayTemplate template = this.application.template();
		assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> template.awaitDecision("req-1", Duration.ofSeconds(5)));
		assertThat(this.network.requests(WAIT)).hasSize(1);
	}

	@Test
	void row14_endsAPollThatIsHeldForTooLong() {
		start("airlock.gateway.approval.poll-timeout=1s", "airlock.gateway.read-timeout=500ms");
		this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION, SimulatedFault.delay(Duration.ofMinutes(1)));
		approveCallAndAssertRun();
		assertThat(this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION)).hasSizeGreaterThan(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 12, 150, 400 })
	void row15_endsResponseThatStalls(int bytes) {
		start("airlock.gateway.approval.poll-timeout=1s", "airlock.gateway.read-timeout=500ms");
		approveAll();
		this.network.failNext(SUBMIT, Fault.stallAfter(bytes));
		this.network.failNext(WAIT, Fault.stallAfter(bytes));
		this.application.callAndAssertRun();
		assertThat(this.network.requests(SUBMIT)).hasSizeGreaterThan(1);
		assertThat(this.network.requests(WAIT)).hasSizeGreaterThan(1);
	}

	@Test
	void row15_deniesIfEveryResponseStalls() {
		start("airlock.gateway.approval.poll-timeout=1s", "airlock.gateway.read-timeout=300ms",
				"airlock.gateway.approval.timeout=1s");
		approveAll();
		this.network.failAll("/v1/", Fault.stallAfter(200));
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalUnavailableException.class);
		// Each connection that stalled was given up
		await().until(() -> this.network.openConnections() == 0);
	}

	/**
	 * With this read timeout, nothing but the approval's own deadline ends a call.
	 */
	@ParameterizedTest
	@ValueSource(strings = { SUBMIT, WAIT, "/withdraw" })
	@Timeout(120)
	void row15_endsACallThatOutlastsTheApproval(String call) {
		start("airlock.gateway.approval.poll-timeout=1s", "airlock.gateway.read-timeout=1h",
				"airlock.gateway.approval.timeout=1s");
		this.network.failAll(call, Fault.stallAfter(12));
		assertThat(this.application.callAndAssertDenied()).isInstanceOfAny(ApprovalUnavailableException.class,
				ApprovalTimeoutException.class);
		await().until(() -> this.network.openConnections() <= 1);
	}

	@Test
	void row16_endsResponseThatArrivesSlowly() {
		start("airlock.gateway.approval.poll-timeout=1s", "airlock.gateway.read-timeout=500ms");
		approveAll();
		this.network.failNext(SUBMIT, Fault.dribble(Duration.ofMillis(20)));
		this.network.failNext(WAIT, Fault.dribble(Duration.ofMillis(20)));
		this.application.callAndAssertRun();
		assertThat(this.network.requests(SUBMIT)).hasSizeGreaterThan(1);
		assertThat(this.network.requests(WAIT)).hasSizeGreaterThan(1);
	}

	@Test
	void row39_speaksHttp11OverTlsToAServerThatOffersHttp2(@TempDir Path directory) throws Exception {
		Path keyStore = KeyStores.create(directory, "ip:127.0.0.1");
		approveAll();
		overTls(keyStore, (gateway) -> {
			this.application.startAt("https://127.0.0.1:" + gateway.httpsPort(), this.simulator, trusting(keyStore));
			this.application.callAndAssertRun();
			assertThat(gateway.findAll(anyRequestedFor(anyUrl()))).isNotEmpty()
				.allSatisfy((request) -> assertThat(request.getProtocol()).isEqualTo("HTTP/1.1"));
		});
	}

	@Test
	void row39_offersNoUpgradeToHttp2() {
		startApproving();
		this.application.callAndAssertRun();
		assertThat(this.network.requests("/v1/")).isNotEmpty()
			.allSatisfy((request) -> assertThat(request.lines().findFirst().orElseThrow()).endsWith("HTTP/1.1"))
			.noneMatch((request) -> request.toLowerCase().contains("\nupgrade:"));
	}

	@Test
	void row40_survivesARestartOfTheGatewayWithinTheQuota() {
		int quota = 60;
		start("airlock.gateway.approval.timeout=1m", "airlock.gateway.rate-limit.requests=" + quota,
				"airlock.gateway.rate-limit.period=1s");
		List<CompletableFuture<Void>> calls = this.application.calls(30);
		this.simulator.awaitPending(30, Duration.ofSeconds(20));
		await().until(() -> this.network.requests(WAIT).size() >= 30);
		this.network.goDown();
		await().until(() -> this.network.openConnections() == 0);
		this.network.comeUp();
		approveAll();
		assertThat(calls).allSatisfy((call) -> assertThat(PayoutApplication.outcome(call)).isNull());
		assertThat(this.application.payouts().orders()).doesNotHaveDuplicates().hasSize(30);
		List<Instant> times = this.simulator.requests().stream().map(RecordedCall::at).sorted().toList();
		for (int i = quota; i < times.size(); i++) {
			assertThat(times.get(i)).isAfter(times.get(i - quota).plusSeconds(1));
		}
	}

	@Test
	void row42_opensConnectionsIfThoseOfThePoolAreForgotten() {
		start("airlock.gateway.approval.poll-timeout=1s", "airlock.gateway.read-timeout=500ms");
		List<CompletableFuture<Void>> calls = this.application.calls(5);
		this.simulator.awaitPending(5, Duration.ofSeconds(20));
		await().until(() -> this.network.requests(WAIT).size() >= 5);
		approveAll();
		assertThat(calls).allSatisfy((call) -> assertThat(PayoutApplication.outcome(call)).isNull());
		await().until(() -> this.simulator.requests(SimulatorCall.ACKNOWLEDGE).size() == 5);
		this.simulator.decideAutomatically((request) -> null);
		CompletableFuture<Void> later = this.application.call("later");
		String requestId = this.simulator.awaitPending().requestId();
		int waits = this.network.requests(WAIT).size();
		await().until(() -> this.network.requests(WAIT).size() > waits);
		this.network.forgetConnections();
		this.simulator.approve(requestId);
		assertThat(PayoutApplication.outcome(later)).isNull();
		assertThat(this.application.payouts().orders()).hasSize(6).endsWith("later");
		assertThat(this.network.lostRequests()).isLessThanOrEqualTo(1);
	}

	private void overTls(Path keyStore, GatewayTest test) throws Exception {
		WireMockServer gateway = new WireMockServer(wireMockConfig().dynamicHttpsPort()
			.httpDisabled(true)
			.keystorePath(keyStore.toString())
			.keystoreType("PKCS12")
			.keystorePassword(KeyStores.PASSWORD)
			.keyManagerPassword(KeyStores.PASSWORD));
		gateway.start();
		try {
			gateway.stubFor(any(anyUrl()).willReturn(aResponse().proxiedFrom(this.simulator.baseUrl())));
			test.run(gateway);
		}
		finally {
			this.application.close();
			gateway.stop();
		}
	}

	private static String[] trusting(Path keyStore) {
		return new String[] { "airlock.gateway.ssl.bundle=gateway",
				"spring.ssl.bundle.jks.gateway.truststore.location=" + keyStore.toUri(),
				"spring.ssl.bundle.jks.gateway.truststore.type=PKCS12",
				"spring.ssl.bundle.jks.gateway.truststore.password=" + KeyStores.PASSWORD };
	}

	interface GatewayTest {

		void run(WireMockServer gateway) throws Exception;

	}

}
