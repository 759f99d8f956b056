/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.TestSigner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApproverGroupState}.
 */
class ApproverGroupStateTests {

	private static final String KEY_1 = TestSigner.signer().encoded();

	private static final String KEY_2 = TestSigner.signer().encoded();

	private static final String KEY_3 = TestSigner.signer().encoded();

	private final Map<String, Pairing> pairings = new TreeMap<>();

	private final ApproverGroup group = new ApproverGroup("refunds", List.of("a", "b", "c"), 2, null, false, false,
			List.of());

	@Test
	void allInForceHasNoProblem() {
		pair("a", KEY_1);
		pair("b", KEY_2);
		pair("c", KEY_3);
		ApproverGroupState state = state(Persons.unknown());
		assertThat(state.describe()).isEqualTo("3 of 3 in force, 2 needed");
		assertThat(state.inForce()).containsExactly("a", "b", "c");
		assertThat(state.findWarning()).isNull();
	}

	@Test
	void quorumInReachWithoutOnePairingIsAWarning() {
		pair("a", KEY_1);
		pair("b", KEY_2);
		ApproverGroupState state = state(Persons.unknown());
		assertThat(state.describe()).isEqualTo("2 of 3 in force, 2 needed");
		assertThat(state.findProblem()).isNull();
		assertThat(state.findWarning()).isEqualTo(
				"The approvers 'refunds' can give 2 approvals, but not all of them can approve: 'c' is not paired");
	}

	@Test
	void quorumOutOfReachIsAProblemWithTheReasons() {
		pair("a", KEY_1);
		ApproverGroupState state = state(Persons.unknown());
		assertThat(state.describe()).isEqualTo("1 of 3 in force, 2 needed");
		assertThat(state.findProblem())
			.isEqualTo("The approvers 'refunds' cannot give 2 approvals: 'b' is not in force (revoked), "
					+ "'c' is not paired. Pair them, such as by 'airlock.gateway.pairings.<name>.code', or lower 'airlock.gateway.approvers.refunds.quorum'");
	}

	@Test
	void quorumOfOneIsOneApprovalAndCannotBeLowered() {
		ApproverGroup one = new ApproverGroup("refunds", List.of("a"), 1, null, false, false, List.of());
		assertThat(ApproverGroupState.of(one, Persons.unknown(), this.pairings::get).findProblem()).isEqualTo(
				"The approvers 'refunds' cannot give 1 approval: 'a' is not paired. Pair them, such as by 'airlock.gateway.pairings.<name>.code'");
	}

	@Test
	void sameKeyWithAnotherIdCountsOnce() {
		pair("a", KEY_1);
		this.pairings.put("b", pairing(SignerKey.of("another-id", KEY_1)));
		ApproverGroupState state = state(Persons.unknown());
		assertThat(state.describe()).isEqualTo("1 of 3 in force, 2 needed");
		assertThat(state.findProblem()).contains("'a' and 'b' have the same signer key "
				+ SignerKey.of("a", KEY_1).fingerprint() + ", which counts once (pair another phone)");
	}

	@Test
	void keyOfAnExcludedRequesterCountsForNobody() {
		pair("a", KEY_1);
		pair("b", KEY_1, KEY_2);
		pair("c", KEY_3);
		ApproverGroup excluding = new ApproverGroup("refunds", this.group.pairings(), 2, null, true, false, List.of());
		Persons persons = new Persons(Map.of("a", List.of("ann"), "b", List.of("bob"), "c", List.of("carol")));
		PairingSource source = this.pairings::get;
		assertThat(ApproverGroupState.of(excluding, persons, source).findProblem())
			.contains("'a' and 'b' have the same signer key");
		assertThat(ApproverGroupState.of(this.group, persons, source).findProblem()).isNull();
		pair("b", KEY_2);
		ApproverGroupState state = ApproverGroupState.of(excluding, persons, source);
		assertThat(state.describe()).isEqualTo("3 of 3 in force, 2 needed");
		assertThat(state.findWarning()).isNull();
	}

	@Test
	void keyThatOnePersonHasTwiceIsNoProblem() {
		pair("a", KEY_1);
		pair("b", KEY_1);
		pair("c", KEY_2);
		ApproverGroupState state = state(new Persons(Map.of("a", List.of("alice"), "b", List.of("alice"))));
		assertThat(state.describe()).isEqualTo("2 of 2 in force, 2 needed");
		assertThat(state.findWarning()).isNull();
	}

	@Test
	void personsWhoShareAKeyCountOnce() {
		pair("a", KEY_1, KEY_2);
		pair("b", KEY_1);
		pair("c", KEY_3);
		assertThat(state(Persons.unknown()).describe()).isEqualTo("2 of 3 in force, 2 needed");
		pair("c", KEY_2, KEY_3);
		assertThat(state(Persons.unknown()).describe()).isEqualTo("1 of 3 in force, 2 needed");
	}

	@Test
	void pairingThatCannotBeReadIsNotInForce() {
		PairingSource source = (name) -> {
			throw new IllegalStateException("rt-secret");
		};
		assertThat(ApproverGroupState.of(this.group, Persons.unknown(), source).findProblem())
			.contains("'a' cannot be read (java.lang.IllegalStateException)")
			.doesNotContain("rt-secret");
	}

	private ApproverGroupState state(Persons persons) {
		return ApproverGroupState.of(this.group, persons, new PairingSource() {

			@Override
			public @Nullable Pairing getPairing(String name) {
				return ApproverGroupStateTests.this.pairings.get(name);
			}

			@Override
			public @Nullable String whyNotPaired(String name) {
				return "b".equals(name) ? "revoked" : null;
			}

		});
	}

	private void pair(String name, String... keys) {
		this.pairings.put(name,
				pairing(Arrays.stream(keys).map((key) -> SignerKey.of("key-" + name, key)).toArray(SignerKey[]::new)));
	}

	private static Pairing pairing(SignerKey... keys) {
		return new Pairing("routing-token", EncryptionKey.of(new byte[32]), List.of(keys));
	}

}
