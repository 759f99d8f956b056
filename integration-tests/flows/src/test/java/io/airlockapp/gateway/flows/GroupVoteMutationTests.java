/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.client.AirlockGatewayApiFactory;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.ApprovalService;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of calls to a group of three, whose gateway delivers votes of other requests,
 * other calls, other keys and other forms, and mutations of them, for one, two or all of
 * the requests. The bytes of its responses pass through the code that applications run.
 */
class GroupVoteMutationTests {

	private static final int CALLS_OF_A_GATEWAY = 50;

	private static final List<String> PAIRINGS = List.of("a", "b", "c");

	private static final ApproverKey ann = ApproverKey.generate("key-a");

	private static final ApproverKey ben = ApproverKey.generate("key-b");

	private static final ApproverKey bensOther = ApproverKey.generate("key-b2");

	private static final ApproverKey cay = ApproverKey.generate("key-c");

	private static final ApproverKey annAtCays = ann.named("key-c2");

	private static final ApproverKey stranger = ApproverKey.generate("key-a");

	private static final List<ApproverKey> signers = List.of(ann, annAtCays, ben, bensOther, cay, stranger);

	private static final EncryptionKey encryptionKey = EncryptionKey.of(new byte[32]);

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.airlockapp.gateway");

	@BeforeEach
	void quiet() {
		this.logger.setLevel(Level.OFF);
	}

	@AfterEach
	void loud() {
		this.logger.setLevel(null);
	}

	@Test
	void groupApprovesOnlyByVotesOnItsOwnRequests() {
		deliver(750);
	}

	@Tag("slow")
	@Test
	void groupApprovesOnlyByVotesOnItsOwnRequestsInManyDeliveries() {
		deliver(Long.getLong("test.votes", 100_000));
	}

	private static void deliver(long votes) {
		long gateways = votes / PAIRINGS.size() / CALLS_OF_A_GATEWAY + 1;
		long seed = Long.getLong("test.seed", 0);
		Map<String, Long> results = LongStream.range(seed, seed + gateways)
			.parallel()
			.mapToObj((number) -> new Gateway(new SplittableRandom(number)).run())
			.flatMap(List::stream)
			.collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
		String summary = "%d calls and %d votes: %s".formatted(gateways * CALLS_OF_A_GATEWAY,
				gateways * CALLS_OF_A_GATEWAY * PAIRINGS.size(), results);
		System.out.println(summary);
		assertThat(results).as(summary).containsOnlyKeys("approved", "denied", "not decided");
		assertThat(results.values()).as(summary).allMatch((count) -> count > gateways * CALLS_OF_A_GATEWAY / 20);
	}

	/**
	 * What pairings and persons there are.
	 *
	 * @param keys the keys by pairing
	 * @param persons the owner by pairing
	 * @param quorum the quorum
	 */
	private record Approvers(Map<String, List<ApproverKey>> keys, Map<String, String> persons, int quorum) {

		static Approvers random(RandomGenerator random) {
			List<ApproverKey> ofC = random.nextBoolean() ? List.of(cay) : List.of(annAtCays, cay);
			boolean all = random.nextInt(4) == 0;
			String ownerOfB = (!all && random.nextInt(3) == 0) ? "ann" : "ben";
			return new Approvers(Map.of("a", List.of(ann), "b", List.of(ben, bensOther), "c", ofC),
					Map.of("a", "ann", "b", ownerOfB, "c", "cay"), all ? 3 : 2);
		}

		boolean isOwn(String pairing, ApproverKey signer) {
			return this.keys.get(pairing).stream().anyMatch((key) -> raw(key).equals(raw(signer)));
		}

		Pairing pairing(String name) {
			return new Pairing("token-" + name, encryptionKey,
					this.keys.get(name).stream().map(ApproverKey::signerKey).toList());
		}

		ApproverGroups groups() {
			Map<String, List<String>> principals = new HashMap<>();
			this.persons.forEach((pairing, person) -> principals.put(pairing, List.of(person)));
			return new ApproverGroups(
					List.of(new ApproverGroup("refunds", PAIRINGS, this.quorum, null, false, false, List.of())),
					new Persons(principals));
		}

		int count(List<Vote> approvals) {
			return Opinion.count(approvals.stream()
				.map((vote) -> new Opinion(this.persons.get(vote.target()), raw(vote.signer())))
				.toList());
		}

	}

	private static String raw(ApproverKey key) {
		return key.signerKey().encode();
	}

	/**
	 * A vote as it is delivered.
	 *
	 * @param target the pairing whose request it is delivered for
	 * @param signer the key that signed it
	 * @param approve whether an approval was signed
	 * @param own whether this request was signed, by a key of its pairing
	 * @param unchanged whether it is delivered as it was signed, with the id of the key
	 * in this pairing
	 * @param first the first response
	 * @param later all other responses
	 */
	private record Vote(String target, ApproverKey signer, boolean approve, boolean own, boolean unchanged,
			byte[] first, byte[] later) {
	}

	/**
	 * Request that was submitted.
	 */
	private record Submitted(String requestId, String hash) {
	}

	/**
	 * Gateway that decides which vote it delivers for which request.
	 */
	private static final class Gateway implements ClientHttpRequestFactory, PairingSource {

		private final JsonMapper mapper = new JsonMapper();

		private final VirtualTime time = new VirtualTime();

		private final PendingApprovals pending = new PendingApprovals(PendingLimits.of(20), Duration.ofSeconds(1),
				Halt.inMemory());

		private final RandomGenerator random;

		private final Approvers approvers;

		private final ApprovalService service;

		/**
		 * The requests of the current call by pairing.
		 */
		private final Map<String, Submitted> requests = new HashMap<>();

		private final Map<String, Vote> votes = new HashMap<>();

		private final Set<String> delivered = new HashSet<>();

		private final List<String> refused = new ArrayList<>();

		private final List<String> hostile = new ArrayList<>();

		/**
		 * All votes so far, also those of earlier calls.
		 */
		private final List<Signed> earlier = new ArrayList<>();

		Gateway(RandomGenerator random) {
			this.random = random;
			this.approvers = Approvers.random(random);
			this.service = new ApprovalService(
					AirlockGatewayApiFactory.create(URI.create("http://127.0.0.1"), this, (client) -> {
					}, (own) -> {
					}),
					new ApprovalDependencies(new Enforcer("shop", "Shop", "shop", "default", "", "shop"),
							new ApprovalSettings(Duration.ofMinutes(5), Duration.ofSeconds(25), "command.review"), this,
							new DecisionVerifier(EnumSet.allOf(SignatureForm.class), new InMemoryReplayJournal(),
									InstantSource.system()),
							this.pending,
							new GatewayRequestExecutor(
									new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), this.time)),
							ApprovalJournal.none(), ApprovalListener.of(List.of()),
							new TaskExecutorAdapter(this.time::start), (task) -> task, () -> null,
							InstantSource.system(), this.time, new Random(1), this.approvers.groups()));
		}

		/**
		 * Decide a number of calls.
		 * @return their results
		 */
		List<String> run() {
			List<String> results = new ArrayList<>();
			for (int i = 0; i < CALLS_OF_A_GATEWAY; i++) {
				this.requests.clear();
				this.votes.clear();
				this.delivered.clear();
				this.refused.clear();
				this.hostile.clear();
				this.hostile.addAll(PAIRINGS);
				for (int good = 2 - i % 3; good > 0; good--) {
					this.hostile.remove(this.random.nextInt(this.hostile.size()));
				}
				this.time.start(() -> results.add(judge(request())));
				this.time.run();
			}
			return results;
		}

		private @Nullable ApprovalDecision request() {
			try {
				return this.service.request(
						ApprovalRequest.builder("Refund", "refund(42)").approvers("refunds").build(), Admission.none());
			}
			catch (AirlockGatewayException ex) {
				return null;
			}
		}

		private String judge(@Nullable ApprovalDecision decision) {
			List<Vote> own = this.votes.values().stream().filter(Vote::own).toList();
			List<Vote> approvals = own.stream().filter(Vote::approve).toList();
			boolean anyUnchangedNo = own.stream().anyMatch((vote) -> !vote.approve() && vote.unchanged());
			boolean approved = decision != null && decision.isApproved();
			if (approved && (anyUnchangedNo || this.approvers.count(approvals) < this.approvers.quorum())) {
				return "FALSELY APPROVED " + describe();
			}
			boolean anyNo = approvals.size() < own.size();
			if (decision != null && !approved && !anyNo) {
				return "FALSELY DENIED " + describe();
			}
			List<Vote> unchanged = approvals.stream().filter(Vote::unchanged).toList();
			if (!approved && !anyNo && this.approvers.count(unchanged) >= this.approvers.quorum()) {
				return "LOST " + describe();
			}
			return approved ? "approved" : (decision != null) ? "denied" : "not decided";
		}

		private String describe() {
			return this.votes.values()
				.stream()
				.map((vote) -> new String(vote.first(), StandardCharsets.UTF_8))
				.collect(Collectors.joining("\n", this.approvers + " " + this.requests + "\n", "\n"));
		}

		@Override
		public @Nullable Pairing getPairing(String name) {
			return this.approvers.pairing(name);
		}

		@Override
		public ClientHttpRequest createRequest(URI uri, HttpMethod method) {
			return new MockClientHttpRequest(method, uri) {

				@Override
				protected ClientHttpResponse executeInternal() throws IOException {
					return respond(uri.getPath().split("/"), getBodyAsBytes());
				}

			};
		}

		private ClientHttpResponse respond(String[] path, byte[] body) throws IOException {
			// The others are submitted meanwhile
			this.time.pause(Duration.ofMillis(5));
			if (path[2].equals("artifacts")) {
				return submit(this.mapper.readTree(body));
			}
			if (path[2].equals("acks")) {
				return response(200, "{}");
			}
			if (path.length == 4) {
				return response(200, envelope("exchange.status", path[3],
						this.mapper.createObjectNode().put("requestId", path[3]).put("state", "decided")));
			}
			if (!path[4].equals("wait")) {
				return response(409, "{\"error\":\"AlreadyDecidedConflict\"}");
			}
			Vote vote = this.votes.computeIfAbsent(path[3], this::vote);
			return response(200, this.delivered.add(path[3]) ? vote.first() : vote.later());
		}

		private ClientHttpResponse submit(JsonNode envelope) {
			String target = envelope.at("/body/metadata/routingToken").stringValue().substring("token-".length());
			String id = envelope.path("requestId").stringValue();
			boolean good = !this.hostile.contains(target);
			if (good && this.random.nextInt(8) == 0) {
				return response(422, "{}");
			}
			this.requests.put(target, new Submitted(id, envelope.at("/body/artifactHash").stringValue()));
			return response(202, envelope("artifact.accepted", id, this.mapper.createObjectNode()));
		}

		private Vote vote(String requestId) {
			String target = this.requests.keySet()
				.stream()
				.filter((pairing) -> this.requests.get(pairing).requestId().equals(requestId))
				.findFirst()
				.orElseThrow();
			if (!this.hostile.contains(target)) {
				Signed signed = sign(target, pick(this.approvers.keys().get(target)), this.random.nextInt(12) != 0);
				return signed.delivered(target, true, true, signed.bytes(), signed.bytes());
			}
			return hostile(target);
		}

		private Signed sign(String pairing, ApproverKey signer, boolean approve) {
			Submitted request = this.requests.get(pairing);
			SignatureForm form = pick(List.of(SignatureForm.values()));
			String word = approve ? "approve" : "reject";
			Signed signed = new Signed(signer, approve, request.requestId(),
					Decision.signed(form, signer, word, request.requestId(), request.hash()).envelope());
			this.earlier.add(signed);
			return signed;
		}

		private Signed other() {
			if (!this.earlier.isEmpty() && this.random.nextInt(3) == 0) {
				return pick(this.earlier);
			}
			return sign(pick(List.copyOf(this.requests.keySet())), pick(signers), this.random.nextInt(4) != 0);
		}

		private boolean isOwn(Signed signed, String target) {
			return signed.requestId().equals(this.requests.get(target).requestId())
					&& this.approvers.isOwn(target, signed.signer());
		}

		/**
		 * Return a vote of which no part makes another one a vote on this request.
		 */
		private ObjectNode donor(String target) {
			Signed donor = this.earlier.isEmpty() ? other() : pick(this.earlier);
			while (isOwn(donor, target)) {
				donor = other();
			}
			return donor.envelope();
		}

		private Vote hostile(String target) {
			Signed signed = other();
			ObjectNode envelope = signed.envelope().deepCopy();
			ObjectNode body = (ObjectNode) envelope.get("body");
			Submitted request = this.requests.get(target);
			boolean own = isOwn(signed, target);
			if (this.random.nextInt(4) != 0) {
				envelope.put("requestId", request.requestId());
			}
			if (body.has("requestId") && this.random.nextInt(2) == 0) {
				body.put("requestId", request.requestId());
			}
			if (this.random.nextInt(3) != 0) {
				body.put("artifactHash", request.hash());
			}
			if (this.random.nextInt(3) != 0) {
				body.put("signerKeyId", pick(this.approvers.keys().get(target)).id());
			}
			if (this.random.nextInt(8) == 0) {
				body.set("signature", donor(target).get("body").get("signature"));
			}
			byte[] sent = envelope.toString().getBytes(StandardCharsets.UTF_8);
			byte[] first = (this.random.nextInt(3) != 0) ? sent
					: new DecisionMutator(this.random.nextLong()).mutate(envelope, List.of(donor(target)));
			boolean unchanged = envelope.equals(signed.envelope()) && Arrays.equals(first, sent)
					&& this.approvers.keys().get(target).contains(signed.signer());
			return signed.delivered(target, own, unchanged, first, sent);
		}

		private <T> T pick(List<T> list) {
			return list.get(this.random.nextInt(list.size()));
		}

		private String envelope(String msgType, String requestId, ObjectNode body) {
			ObjectNode envelope = this.mapper.createObjectNode().put("msgType", msgType).put("requestId", requestId);
			envelope.set("body", body);
			return envelope.toString();
		}

		private static ClientHttpResponse response(int status, String text) {
			return response(status, text.getBytes(StandardCharsets.UTF_8));
		}

		private static ClientHttpResponse response(int status, byte[] bytes) {
			MockClientHttpResponse response = new MockClientHttpResponse(bytes, status);
			response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
			return response;
		}

	}

	/**
	 * A vote as it was signed.
	 *
	 * @param signer the key
	 * @param approve whether it is an approval
	 * @param requestId the id of the request
	 * @param envelope the decision
	 */
	private record Signed(ApproverKey signer, boolean approve, String requestId, ObjectNode envelope) {

		byte[] bytes() {
			return this.envelope.toString().getBytes(StandardCharsets.UTF_8);
		}

		Vote delivered(String target, boolean own, boolean unchanged, byte[] first, byte[] later) {
			return new Vote(target, this.signer, this.approve, own, unchanged, first, later);
		}

	}

}
