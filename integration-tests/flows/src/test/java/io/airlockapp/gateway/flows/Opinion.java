/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.util.List;

/**
 * Approval of a person, signed with a key.
 *
 * @param person the person
 * @param key the raw key
 */
record Opinion(String person, String key) {

	/**
	 * Return the largest number of opinions of which no two have the person or the key in
	 * common.
	 */
	static int count(List<Opinion> opinions) {
		int most = 0;
		for (int chosen = 0; chosen < 1 << opinions.size(); chosen++) {
			int bits = chosen;
			List<Opinion> some = opinions.stream()
				.filter((opinion) -> (bits & 1 << opinions.indexOf(opinion)) != 0)
				.toList();
			boolean distinct = some.stream().map(Opinion::person).distinct().count() == some.size()
					&& some.stream().map(Opinion::key).distinct().count() == some.size();
			most = distinct ? Math.max(most, some.size()) : most;
		}
		return most;
	}

}
