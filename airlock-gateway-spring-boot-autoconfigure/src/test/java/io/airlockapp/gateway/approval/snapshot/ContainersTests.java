/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Containers}.
 */
class ContainersTests {

	@ParameterizedTest
	@MethodSource
	void isExactWhenContainerComparesByEqualityReturnsTrue(Object container) {
		assertThat(Containers.isExact(container)).isTrue();
	}

	static Stream<Object> isExactWhenContainerComparesByEqualityReturnsTrue() {
		return Stream.of(new ArrayList<>(), new HashSet<>(), new HashMap<>(), new EnumMap<>(Kind.class), List.of(),
				List.of(1), Set.of(1, 2), Map.of(1, 1), Arrays.asList(1, 2), Collections.emptyMap(),
				Collections.singleton(1));
	}

	@ParameterizedTest
	@MethodSource
	void isExactWhenContainerIsViewOrTreeReturnsFalse(Object container) {
		assertThat(Containers.isExact(container)).isFalse();
	}

	static Stream<Object> isExactWhenContainerIsViewOrTreeReturnsFalse() {
		return Stream.of(Collections.unmodifiableSet(new HashSet<>()), new HashMap<>().keySet(),
				Collections.synchronizedMap(new HashMap<>()), new ArrayList<>(List.of(1, 2)).subList(0, 1),
				new TreeMap<>(), new TreeSet<>());
	}

	@ParameterizedTest
	@MethodSource
	void isOrderedWhenOrderFollowsFromValuesReturnsTrue(Object container) {
		assertThat(Containers.isOrdered(container)).isTrue();
	}

	static Stream<Object> isOrderedWhenOrderFollowsFromValuesReturnsTrue() {
		Set<Object> mixed = new LinkedHashSet<>(List.of(new Object(), new Object()));
		return Stream.of(mixed, new LinkedHashMap<>(Map.of(Kind.A, 1, Kind.B, 2)),
				new TreeMap<>(Map.of(Kind.A, 1, Kind.B, 2)), new TreeSet<>(Set.of(Kind.A, Kind.B)),
				new EnumMap<>(Map.of(Kind.A, 1, Kind.B, 2)), EnumSet.allOf(Kind.class), Set.of(), Set.of(Kind.A),
				Map.of(Kind.A, 1), new HashSet<>(Set.of(Kind.A)), new HashSet<>(Arrays.asList("a", null, 1)),
				new HashMap<>(Map.of("a", 1, "b", 2)), new ConcurrentHashMap<>(Map.of(1, 1, 2, 2)), List.of(Kind.A));
	}

	@ParameterizedTest
	@MethodSource
	void isOrderedWhenOrderDiffersBetweenProcessesReturnsFalse(Object container) {
		assertThat(Containers.isOrdered(container)).isFalse();
	}

	static Stream<Object> isOrderedWhenOrderDiffersBetweenProcessesReturnsFalse() {
		return Stream.of(Set.of("a", "b"), Map.of("a", 1, "b", 2), new HashSet<>(Set.of(Kind.A, Kind.B)),
				new HashMap<>(Map.of(Kind.A, 1, Kind.B, 2)), new HashSet<>(Set.of("a", new Own())),
				new HashSet<>(Set.of("a", new Object())), new HashSet<>(Set.of("a", Thread.currentThread())),
				new HashSet<>(List.of("a", new StringBuilder("b"))));
	}

	enum Kind {

		A, B

	}

	private static final class Own implements Comparable<Own> {

		@Override
		public int compareTo(Own other) {
			return 0;
		}

	}

}
