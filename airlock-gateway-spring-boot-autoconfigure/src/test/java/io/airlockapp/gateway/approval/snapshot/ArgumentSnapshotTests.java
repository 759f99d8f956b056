/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ArgumentSnapshot}.
 */
class ArgumentSnapshotTests {

	private final Map<String, Object> first = new HashMap<>(Map.of("amount", List.of(1)));

	private final List<@Nullable Object> second = new ArrayList<>(List.of("a"));

	private final ArgumentSnapshot snapshot = snapshot();

	@Test
	void changeIsFoundInArgumentsThatWereRead() {
		this.second.add("b");
		assertThat(this.snapshot.findChange()).isNull();
		this.snapshot.all();
		assertThat(this.snapshot.findChange()).isNull();
		this.second.set(1, "c");
		assertThat(this.snapshot.findChange()).isEqualTo("second[1]");
		this.first.put("amount", List.of(2));
		assertThat(this.snapshot.findChange()).isEqualTo("first[…][0]");
		this.first.put("other", 1);
		assertThat(this.snapshot.findChange()).isEqualTo("first");
	}

	@Test
	void findChangeWhenArgumentIsNoLongerReadableReturnsIt() {
		this.snapshot.all();
		this.second.set(0, Thread.currentThread());
		assertThat(this.snapshot.findChange()).isEqualTo("second");
	}

	@Test
	void againReturnsSnapshotOfCurrentArguments() {
		this.snapshot.all();
		this.first.put("amount", List.of(2));
		this.second.add("b");
		ArgumentSnapshot again = this.snapshot.again();
		assertThat(again.findChange()).isNull();
		assertThat(this.snapshot.findChange()).isEqualTo("first[…][0]");
		this.second.add("c");
		assertThat(again.findChange()).isEqualTo("second");
	}

	@Test
	void againIncludesOnlyArgumentsReadBefore() {
		this.snapshot.get(0);
		ArgumentSnapshot again = this.snapshot.again();
		this.second.add("b");
		assertThat(again.findChange()).isNull();
		this.first.clear();
		assertThat(again.findChange()).isEqualTo("first");
	}

	@Test
	void againWhenArgumentIsNoLongerReadableLeavesItOut() {
		this.snapshot.all();
		this.first.put("amount", List.of(List.of(Thread.currentThread())));
		ArgumentSnapshot again = this.snapshot.again();
		this.first.put("amount", List.of(3));
		assertThat(again.findChange()).isNull();
		this.second.set(0, "b");
		assertThat(again.findChange()).isEqualTo("second[0]");
	}

	@Test
	void againWhenArgumentHasGrownFindsChangesOfOthers() {
		this.snapshot.all();
		this.first.put("log", "x".repeat(100_000));
		ArgumentSnapshot again = this.snapshot.again();
		assertThat(again.findChange()).isNull();
		this.second.set(0, "b");
		assertThat(again.findChange()).isEqualTo("second[0]");
	}

	private ArgumentSnapshot snapshot() {
		Method pay = Payments.class.getDeclaredMethods()[0];
		return new SnapshotWriter(new JsonMapper()).snapshot(
				new MethodArguments(Payments.class, pay, new Object[] { this.first, this.second }), new Masking());
	}

	interface Payments {

		void pay(Map<String, Object> first, List<Object> second);

	}

}
